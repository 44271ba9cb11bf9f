"""The service: settings, wiring, the HTTP application, the worker, embedded servers, the command line."""
