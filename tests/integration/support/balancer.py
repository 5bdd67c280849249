"""Real programs that stand between the program and its collector: HAProxy, nginx and stunnel, installed or only unpacked, run as ordinary
processes."""

from pathlib import Path

from .collector import Installation
from .process import Process, start_on_free_port

_HAPROXY = """
defaults
  mode tcp
  retries 0
  timeout connect 2s
  timeout client {idle}
  timeout server {idle}
  {options}
frontend incoming
  bind 127.0.0.1:{port}
  default_backend collectors
backend collectors
  server collector 127.0.0.1:{target}
"""

_NGINX = """
load_module {modules}/ngx_stream_module.so;
daemon off;
worker_processes 1;
pid {directory}/nginx.pid;
error_log stderr;
events {{ worker_connections 64; }}
stream {{ server {{ listen 127.0.0.1:{port}; proxy_pass 127.0.0.1:{target}; {options} }} }}
"""

_STUNNEL = """
foreground = yes
pid =
[syslog]
accept = 127.0.0.1:{port}
connect = 127.0.0.1:{target}
cert = {certificate}
key = {key}
"""


class Balancer:
    """Forwards the connections to `port` on to `target`, a port of 127.0.0.1. Subclasses have what is needed to start it."""

    def __init__(self, directory, tool, target, module=None):
        self._directory = Path(directory)
        self._installation = Installation.find(tool, module)
        self._target = target
        self.process, self.port = start_on_free_port(self._start)

    def _start(self, port):
        raise NotImplementedError

    def _run(self, name, configuration, *command):
        path = self._directory / f"{name}.conf"
        path.write_text(configuration)
        return Process([self._installation.binary, *command, path], self._directory, name, env=self._installation.environment)

    def stop(self):
        self.process.stop()


class Haproxy(Balancer):
    """In tcp mode. `idle` is how long either side may say nothing; `options` are more lines of its defaults."""

    def __init__(self, directory, target, idle="50s", options=""):
        self._settings = {"idle": idle, "options": options}
        super().__init__(directory, "haproxy", target)

    def _start(self, port):
        return self._run("haproxy", _HAPROXY.format(port=port, target=self._target, **self._settings), "-db", "-f")


class Nginx(Balancer):
    """Its stream module. `options` are more directives of its server."""

    def __init__(self, directory, target, options=""):
        self._options = options
        super().__init__(directory, "nginx", target, "ngx_stream_module.so")

    def _start(self, port):
        modules = self._installation.modules or "/usr/lib/nginx/modules"
        configuration = _NGINX.format(
            port=port, target=self._target, directory=self._directory, modules=modules, options=self._options)
        return self._run("nginx", configuration, "-p", self._directory, "-e", "stderr", "-c")


class Stunnel(Balancer):
    """Ends TLS, and forwards what is in it."""

    def __init__(self, directory, target, certificate):
        self._certificate = certificate
        super().__init__(directory, "stunnel", target)

    def _start(self, port):
        return self._run("stunnel", _STUNNEL.format(
            port=port, target=self._target, certificate=self._certificate.certificate_file, key=self._certificate.key_file))
