"""HTTPS in a warehouse without a domain: authority, set-up page, and the server under TLS."""
