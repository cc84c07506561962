"""Served processes end however often they are told to."""

from threading import Event

from fenxiao.cli.serve import EDGE, Server


def test_a_second_signal_in_the_middle_of_the_first_does_not_wait_for_it() -> None:
    server = Server(EDGE)

    class InterruptedEvent(Event):
        """Another signal comes in just while the event is being set."""

        def set(self) -> None:
            server.signal_handler_interrupt()
            super().set()

    server.main_loop_interrupt = InterruptedEvent()

    server.signal_handler_interrupt()

    assert server.main_loop_interrupt.is_set()
    assert server.interrupt_signal
