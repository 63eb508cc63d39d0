"""Fixtures every test may use."""

from tests.fakes.fixtures import model_proxy, model_server, shared_model_server

__all__ = ["model_proxy", "model_server", "shared_model_server"]
