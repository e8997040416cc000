/**
 * Azure's storage: wasbs:// and abfss://. Both are read as blobs: a data lake gives its files so, too.
 * @module
 */
import { visible } from "../../../../visible.ts";
import type { ObjectKind, ObjectOptions } from "../store.ts";
import {
  type Access,
  accessByKey,
  type AccountPlace,
  bareSas,
  endpointOf,
  readConnection,
  secretsOfSas,
} from "./access.ts";
import { Container } from "./container.ts";
import { signInByEnvironment } from "./sign_in.ts";

/** One way in; undefined for an account that it does not lead to. */
type Way = (place: AccountPlace) => Access | undefined;

/**
 * Containers on Azure's own hosts alone, as MLflow has them (mlflow 3.17.2, azure_blob_artifact_repo.py): a server could name any other
 * to be sent a token.
 */
const HOSTS: Readonly<Record<string, RegExp>> = {
  wasbs: /^([^@]+)@([a-z0-9-]+)\.blob\.(core\.(?:windows\.net|chinacloudapi\.cn|usgovcloudapi\.net))$/,
  abfss: /^([^@]+)@([a-z0-9-]+)\.dfs\.(core\.(?:windows\.net|chinacloudapi\.cn|usgovcloudapi\.net))$/,
};

/**
 * Opens containers by the first way there is, in the order of MLflow's own clients. Null where there is none.
 *
 * @param addressOf Where an account is, for tests.
 * @throws {UsageError}
 */
export function openAzure(options: ObjectOptions, addressOf = endpointOf): Promise<ObjectKind | null> {
  const { env, hide } = options;
  const connection = readConnection(env);
  const [key, sas] = [env["AZURE_STORAGE_ACCESS_KEY"], env["AZURE_STORAGE_SAS_TOKEN"]];
  const signedIn = signInByEnvironment(options);
  hide([...connection?.secrets ?? [], key ?? "", ...secretsOfSas(sas)]);
  if (connection === undefined && !key && !sas && signedIn === undefined) return Promise.resolve(null);
  const byConnection: Way = () => connection?.access;
  const byKey: Way = (place) =>
    key ? accessByKey(addressOf(place), { account: place.account, key, name: "AZURE_STORAGE_ACCESS_KEY" }) : undefined;
  const byAccount: Way = (place) => signedIn && { endpoint: addressOf(place), authorize: signedIn.authorize };
  const bySas: Way = (place) => sas ? { endpoint: addressOf(place), sas: bareSas(sas) } : undefined;
  // MLflow's client of data lakes knows neither connection nor key: they are for the account that they name.
  const byOwnConnection: Way = ({ account }) => connection?.account === account ? connection.access : undefined;
  const ways: Readonly<Record<string, readonly Way[]>> = {
    wasbs: [byConnection, byKey, byAccount, bySas],
    abfss: [bySas, byAccount, byOwnConnection, byKey],
  };
  return Promise.resolve({
    owner: connection === undefined ? "Azure" : visible(connection.access.endpoint),
    open({ scheme, authority }): Container | null {
      const [, name, account = "", suffix = ""] = HOSTS[scheme]?.exec(authority) ?? [];
      if (name === undefined) return null;
      for (const way of ways[scheme] ?? []) {
        const access = way({ account, suffix });
        if (access !== undefined) return new Container(name, access, options);
      }
      return null;
    },
    close: async () => await signedIn?.close(),
  });
}
