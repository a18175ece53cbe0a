/// How JupyterLab is started in a lease.
///
/// It listens on the lease's own socket, and its kernels on sockets in the same folder: ports of loopback would be open to every
/// user of the machine. It asks for no token, since only the gateway can connect, which has asked already.
enum NotebookProgram {
    static let command = ["/bin/sh", "-c", script]

    /// The same, beginning in its user's own folder.
    static let atHome = ["/bin/sh", "-c", "cd \"${HOME:-/tmp}\" || exit 126\n" + script]

    /// Where a browser begins.
    static let start = "/lab"

    private static let script = """
        for folder in .venv/bin venv/bin "$HOME/.venv/bin" "$HOME/venv/bin" "$HOME/.local/bin" "$HOME/miniconda3/bin" \
          "$HOME/miniforge3/bin" "$HOME/anaconda3/bin" /opt/conda/bin; do
          command -v jupyter-lab >/dev/null 2>&1 && break
          [ -x "$folder/jupyter-lab" ] || continue
          # Not what somebody else has left there.
          owner=$(stat -Lc %u "$folder/jupyter-lab")
          if [ "$owner" = 0 ] || [ "$owner" = "$(id -u)" ]; then
            PATH="$PATH:$(cd "$folder" && pwd)"
          else
            echo "$folder/jupyter-lab belongs to somebody else (user $owner), and is not used." >&2
          fi
        done
        if ! command -v jupyter-lab >/dev/null 2>&1; then
          echo "There is no JupyterLab here: jupyter-lab is in none of the folders of PATH ($PATH), and in no usual place." >&2
          echo "Start the notebook with an environment that has it, or install it: pip install jupyterlab" >&2
          exit 127
        fi
        JUPYTER_RUNTIME_DIR="$CARREL_SESSION_DIR/jupyter"
        export JUPYTER_RUNTIME_DIR
        mkdir -p "$CARREL_SESSION_DIR/config/labconfig"
        JUPYTER_CONFIG_PATH="$CARREL_SESSION_DIR/config${JUPYTER_CONFIG_PATH:+:$JUPYTER_CONFIG_PATH}"
        export JUPYTER_CONFIG_PATH
        echo '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}' \
          >"$CARREL_SESSION_DIR/config/labconfig/default_setting_overrides.json"
        exec jupyter-lab --no-browser --ServerApp.sock="$CARREL_SESSION_SOCKET" --ServerApp.sock_mode=0600 \
          --IdentityProvider.token= --PasswordIdentityProvider.hashed_password= \
          --ServerApp.allow_remote_access=True --KernelManager.transport=ipc --ServerApp.root_dir="$PWD" \
          --ServerApp.quit_button=False --ServerApp.port=8888 --ServerApp.certfile= --ServerApp.keyfile= \
          --ServerApp.base_url=/
        """
}
