"""Several instances of a process behind one base URL: Caddy as `blueprint run` has it, and HAProxy."""
