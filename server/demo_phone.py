"""The demo people's phones: the same HTTP routes as everybody's, without a socket between."""

from server import clock
from server.clock import show_instant


class Phone:
    """Somebody signed in. Whatever they send is answered by the app in this process."""

    def __init__(self, app, username, password, device):
        self._app, self._client = app, app.test_client()
        self._login = {"username": username, "password": password}
        self._device, self._seq, self._token = device, 0, None

    def ask(self, method, path, body=None, **query):
        """One request; gives the answer's body. The demo asks for nothing that may be refused."""
        answer = self._open(method, path, body, query)
        if answer.status_code == 401:  # the first request, and after days of the demo have passed
            self._token = self._open("POST", "/auth/login", self._login, {}).get_json()["access_token"]
            answer = self._open(method, path, body, query)
        assert answer.status_code < 400, f"{method} {path}: {answer.get_data(as_text=True)}"
        return answer.get_json()

    def _open(self, method, path, body, query):
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        with self._app.app_context():  # of its own: the builder's would remember who asked last
            return self._client.open("/api/v1" + path, method=method, json=body, query_string=query, headers=headers)

    def event(self, id_, kind, at, /, **words):
        """Something done at an instant, as the phone keeps it."""
        self._seq += 1
        return {"id": id_, "type": kind, "at": show_instant(at), "seq": self._seq, "data": words}

    def send(self, events):
        """Deliver; gives the receipts. The phone's clock is right: what was sent now was sent now."""
        batch = {"device_id": self._device, "sent_at": show_instant(clock.now()), "events": events}
        return self.ask("POST", "/sync", batch)["receipts"]
