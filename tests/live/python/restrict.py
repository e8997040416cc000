"""Make an account that may not read an experiment and a model: python restrict.py TRACKING_URI USER PASSWORD EXPERIMENT MODEL

MLflow 2 keeps permissions for each kind of thing, MLflow 3 after 3.12 grants of roles.
"""
import sys

from mlflow.server.auth.client import AuthServiceClient
from mlflow.tracking import MlflowClient

uri, user, password, experiment_name, model = sys.argv[1:]
experiment = MlflowClient(uri).get_experiment_by_name(experiment_name).experiment_id
client = AuthServiceClient(uri)
client.create_user(user, password)
if hasattr(client, "grant_user_permission"):
    client.grant_user_permission(user, "experiment", experiment, "DENY")
    client.grant_user_permission(user, "registered_model", model, "DENY")
else:
    client.create_experiment_permission(experiment, user, "NO_PERMISSIONS")
    client.create_registered_model_permission(model, user, "NO_PERMISSIONS")
