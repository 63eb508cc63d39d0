"""Background work on django-tasks: enqueue, the worker, retries, the reaper and the daily schedule."""
