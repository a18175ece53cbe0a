"""What the terminal makes of certain bytes, on a screen of 5 rows and 20 columns."""

E = "\x1b"
LONG = "123456789 123456789 "

# Each: name, bytes, rows from the top (trailing blanks and rows left out), cursor (y, x) or None.
TABLE = [
    ("line ends", "one\r\ntwo\nx", ["one", "two", "   x"], (2, 4)),
    ("a line wraps only when the next letter comes", LONG, [LONG], (0, 19)),
    ("and then does", LONG + "A", [LONG, "A"], (1, 1)),
    ("a return at the edge stays in the line", LONG + "\rB", ["B" + LONG[1:]], (0, 1)),
    ("without wrapping the last column is written again", E + "[?7l" + LONG + "AB", [LONG[:19] + "B"], (0, 19)),
    ("backspace stops at the edge", "ab\b\b\b\bX", ["Xb"], (0, 1)),
    ("tabs", "a\tb\tc\td", ["a       b       c  d"], (0, 19)),
    ("tab stops set and cleared", E + "[3g" + E + "[1;5H" + E + "H\r\tx", ["    x"], (0, 5)),
    ("tab back", "0123456789abcdef" + E + "[2Zx", ["x123456789abcdef"], None),
    ("cursor addressing counts from one and stays in the window", E + "[3;4HX" + E + "[99;99HY" + E + "[0;0HZ", ["Z", "", "   X", "", " " * 19 + "Y"], None),
    ("up, down, forward, back", E + "[3;3H" + E + "[A1" + E + "[2B2" + E + "[3C3" + E + "[9D4", ["", "  1", "", "4  2   3"], None),
    ("next and previous line", E + "[3;9H" + E + "[E1" + E + "[2F2", ["", "2", "", "1"], None),
    ("column and row alone", E + "[7Ga" + E + "[2db" + E + "[1`c", ["      a", "c      b"], None),
    ("erase to the right, to the left, all", "abcdefghij" + E + "[1;5H" + E + "[K\r\nabcdefghij" + E + "[2;5H" + E + "[1K\r\nabc" + E + "[2K", ["abcd", "     fghij"], None),
    ("erase below and above", "1\r\n2\r\n3\r\n4" + E + "[3;1H" + E + "[J" + E + "[2;1H" + E + "[1J", [], (1, 0)),
    ("erase all leaves the cursor", "1\r\n2\r\n3" + E + "[2J", [], (2, 1)),
    ("erase characters", "abcdef" + E + "[1;2H" + E + "[3X", ["a   ef"], (0, 1)),
    ("insert and delete characters", "abcdef" + E + "[1;2H" + E + "[2@XY" + E + "[3P", ["aXYef"], None),
    ("what is inserted pushes the rest over the edge", LONG + E + "[1;1H" + E + "[3@", ["   " + LONG[:17]], None),
    ("insert mode", "abc" + E + "[1;2H" + E + "[4hXY" + E + "[4lZ", ["aXYZc"], None),
    ("insert and delete lines", "1\r\n2\r\n3\r\n4\r\n5" + E + "[2;1H" + E + "[L" + E + "[4;1H" + E + "[M", ["1", "", "2", "4"], (3, 0)),
    ("a region scrolls alone", "1\r\n2\r\n3\r\n4\r\n5" + E + "[2;4r" + E + "[4;1H\n\n", ["1", "4", "", "", "5"], None),
    ("a reverse line feed at its top", "1\r\n2\r\n3\r\n4\r\n5" + E + "[2;4r" + E + "[2;1H" + E + "M", ["1", "", "2", "3", "5"], None),
    ("scroll up and down by command", "1\r\n2\r\n3\r\n4\r\n5" + E + "[2S" + E + "[T", ["", "3", "4", "5"], None),
    ("rows of the region in origin mode", E + "[2;4r" + E + "[?6h" + E + "[1;1HX" + E + "[9;1HY", ["", "X", "", "Y"], None),
    ("a region upside down is none", E + "[4;2r\n\n\n\n\nx", ["", "", "", "", "x"], None),
    ("save and restore", "ab" + E + "7" + E + "[4;4H" + E + "8c", ["abc"], None),
    ("repeat", "ab" + E + "[3b", ["abbbb"], None),
    ("line drawing", E + "(0lqk" + E + "(Bx\x0e" + E + ")0q\x0fq", ["┌─┐x─q"], None),
    ("the other screen and back", "shell" + E + "[?1049h" + E + "[Hother" + E + "[?1049l$", ["shell$"], None),
    ("the other screen alone", "shell" + E + "[?1049h" + E + "[Hother", ["other"], None),
    ("wide characters take two columns", "a漢b", ["a漢b"], (0, 4)),
    ("one that has no room wraps", "1234567890123456789漢", ["1234567890123456789", "漢"], (1, 2)),
    ("half of one is none", "漢字" + E + "[1;2HX", [" X字"], None),
    ("the other half neither", "漢字" + E + "[1;3HX", ["漢X"], None),
    ("deleting in the middle of one", "漢字x" + E + "[1;2H" + E + "[P", [" 字x"], None),
    ("marks go onto the letter before", "e\u0301x", ["e\u0301x"], (0, 2)),
    ("a mark at the edge", LONG[:19] + "e\u0301", [LONG[:19] + "e\u0301"], (0, 19)),
    ("broken UTF-8 shows once for each start", b"a\xc3b\xe2\x82c\xff\xf0\x9f\x98d\xc0\xafe", ["a\ufffdb\ufffdc\ufffd\ufffdd\ufffd\ufffde"], None),
    ("surrogates and what is too long are none", b"\xed\xa0\x80\xe0\x80\xaf", ["\ufffd\ufffd"], None),
    ("control characters within a sequence act", "ab" + E + "[\r3Gx", ["abx"], None),
    ("cancel ends a sequence", "a" + E + "[31\x18b" + E + "]2;title\x1ac", ["abc"], None),
    ("an escape begins anew", "a" + E + "[3" + E + "[1;1Hb", ["b"], None),
    ("unknown sequences are swallowed whole", "a" + E + "[?99;1z" + E + "[>4;2m" + E + "[1;2;3 ~" + E + "#3" + E + "%G" + E + "[<1mb", ["ab"], None),
    ("so are strings of all kinds", "a" + E + "Pq#0;2;0$q\x00" + E + "\\b" + E + "_Gx" + E + "\\c" + E + "^x" + E + "\\d" + E + "Xy" + E + "\\e" + E + "kz" + E + "\\f" + E + "]52;c;aGk=\x07g", ["abcdefg"], None),
    ("writing is not turned around", "ab\u202edc\u202c", ["abdc"], None),
    ("C1 controls in UTF-8 do nothing", "a\u009b1;5Hb", ["a1;5Hb"], None),
    ("the letter E everywhere", E + "#8", ["E" * 20] * 5, (0, 0)),
    ("a reset forgets", "abc" + E + "[2;3r" + E + "[4h" + E + "cx", ["x"], (0, 1)),
    ("a soft reset leaves the text", "abc" + E + "[4h" + E + "[!p" + E + "[1;1Hx", ["xbc"], None),
]
TABLE = [(name, data if isinstance(data, bytes) else data.encode(), rows, cursor) for name, data, rows, cursor in TABLE]

# name, bytes, what the first letter X must look like: fg, bg, flags
LOOKS = [
    ("plain", "X", (-1, -1, 0)),
    ("sixteen colours", E + "[31;42mX", (1, 2, 0)),
    ("bright ones", E + "[97;100mX", (15, 8, 0)),
    ("the palette", E + "[38;5;208;48;5;17mX", (208, 17, 0)),
    ("true colour", E + "[38;2;1;2;3mX", (0x1010203, -1, 0)),
    ("with colons", E + "[38:2::255:0:16;48:5:9mX", (0x1FF0010, 9, 0)),
    ("with colons and no place", E + "[38:2:255:0:16mX", (0x1FF0010, -1, 0)),
    ("the colour of an underline is passed over", E + "[4;58;2;9;9;9;1mX", (-1, -1, 1 | 8)),
    ("on and off", E + "[1;2;3;4;5;7;8;9;53;22;23;24;25;27;28;29;55mX", (-1, -1, 0)),
    ("all on", E + "[1;2;3;4;5;7;8;9;53mX", (-1, -1, 511)),
    ("a curly underline", E + "[4:3mX", (-1, -1, 8)),
    ("no underline by colon", E + "[4;4:0mX", (-1, -1, 0)),
    ("cut off", E + "[38;5mX", (0, -1, 0)),
    ("too large", E + "[38;2;999;99999999999999;5mX", (0x1FFFF05, -1, 0)),
    ("back to nothing", E + "[1;31mx\b" + E + "[mX", (-1, -1, 0)),
    ("erased paper keeps its colour", E + "[41m" + E + "[2J" + E + "[0m" + E + "[1;2HX", (-1, -1, 0)),
]

# name, bytes, what is answered
ANSWERS = [
    ("what it is", E + "[c" + E + "[0c" + E + "[>c", [E + "[?62;22c", E + "[?62;22c", E + "[>1;10;0c"]),
    ("where it is", "ab\r\nc" + E + "[6n" + E + "[5n", [E + "[2;2R", E + "[0n"]),
    ("modes", E + "[?2004$p" + E + "[?2004h" + E + "[?2004$p" + E + "[?4242$p" + E + "[4$p", [E + "[?2004;2$y", E + "[?2004;1$y", E + "[?4242;0$y", E + "[4;2$y"]),
    ("its size", E + "[18t", [E + "[8;5;20t"]),
    ("its colours", E + "]11;?\x07" + E + "]10;?" + E + "\\", [E + "]11;rgb:0000/0000/0000" + E + "\\", E + "]10;rgb:ffff/ffff/ffff" + E + "\\"]),
    # Each of these would let what is shown type into a shell.
    ("never its title", E + "]2;; rm -rf ~\x07" + E + "[21t" + E + "[20t", []),
    ("never a setting or a capability", E + "P$qm" + E + "\\" + E + "P+q544e" + E + "\\" + E + "[>q", []),
    ("never the clipboard", E + "]52;c;?\x07", []),
    ("never a word of its own", "\x05" + E + "Z", []),
    ("nor a checksum of the screen", E + "[1;1;1;1;2;2*y", []),
]
