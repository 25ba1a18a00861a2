"""HTTPS in a warehouse without a domain: `tallyloop serve --lan`. An edge, like the command line.

Browsers give camera and service worker to secure origins only, so the server is its own small authority: it signs a
certificate for the addresses of this machine, and each phone is told once, on the set-up page, to trust it.

*authority* 本机证书颁发机构: the key that signs, limited by itself to private networks. *leaf* 服务器证书: what the
server shows. *set-up page* 设置页: plain http, the only page that a phone can open before it trusts us. *origin*
来源地址: scheme, address and port; a phone keeps its queue for one origin, so a new address is announced loudly.

Decided: an authority with name constraints rather than one self-signed certificate. Phones trust an authority for years
while the leaf follows the addresses, and a stolen key cannot speak for a bank: verifiers refuse any name outside.
"""
