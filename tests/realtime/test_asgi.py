"""The application is one that every ASGI server can run, not only ours."""

from asgiref.compatibility import is_double_callable

from chatsite.asgi import application


def test_other_servers_take_the_application_for_what_it_is() -> None:
    assert not is_double_callable(application)
