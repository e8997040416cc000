/**
 * A model registry that is not where the runs are (MLFLOW_REGISTRY_URI), as MLflow's own client knows it.
 * @module
 */
import { withChanges } from "../source/changes.ts";
import type { Source, SourceAddress } from "../source/mod.ts";

/** Returns the address of the runs' source whose registered models come from the other one. */
export function withRegistry(address: SourceAddress, registry: SourceAddress): SourceAddress {
  return {
    identity: address.identity,
    secrets: [...address.secrets, ...registry.secrets],
    async connect(): Promise<Source> {
      const source = await address.connect();
      try {
        const other = await registry.connect();
        return withChanges(source, {
          get calls(): number {
            return source.calls + other.calls;
          },
          models: () => other.models(),
          // MLflow keeps webhooks where its models are.
          extras: { ...source.extras, prompts: other.extras?.prompts, webhooks: other.extras?.webhooks },
          close: async () => {
            await source.close();
            await other.close();
          },
        });
      } catch (error) {
        await source.close();
        throw error;
      }
    },
  };
}
