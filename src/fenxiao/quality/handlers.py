"""News of one's own: what follows from levels that are in force."""

from procrastinate.contrib.django import app

from fenxiao.kernel.outbox import News, on

JOB = "fenxiao.quality.jobs.work_out_levers"  # by name: jobs stand above handlers


@on("grading.done")
def have_levers_worked_out(news: News) -> None:
    """Ask the worker for the levers of large shops; a dry run put nothing in force."""
    if not news.payload["dry_run"]:
        app.configure_task(JOB, queue="grading").defer()
