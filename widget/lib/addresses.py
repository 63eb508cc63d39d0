"""Which network addresses are public, so that nothing we are told to fetch reaches this machine or the network it stands in.

Called by lib/outbound.py for every address a name resolves to. Pure functions, no network.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# Not public, though Python's own tables do not say so in every version.
_SPECIAL_V4 = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"), IPv4Network("100.64.0.0/10"))
_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# 6to4 and Teredo carry an IPv4 address a relay would send on to; nobody reaches a website that way.
_TUNNELS = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))


def is_public(address: str) -> bool:
    """Whether `address`, an IPv4 or IPv6 literal, is reachable by anybody on the internet. What is no address at all is not."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return _is_public_v4(parsed) if isinstance(parsed, IPv4Address) else _is_public_v6(parsed)


def _is_public_v4(address: IPv4Address) -> bool:
    if any(address in network for network in _SPECIAL_V4):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _is_public_v6(address: IPv6Address) -> bool:
    if address.scope_id:
        return False
    if address in _NAT64:
        return _is_public_v4(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _GLOBAL_UNICAST and address.is_global and not any(address in tunnel for tunnel in _TUNNELS)
