/**
 * Amazon's S3 and its like: s3:// and s3a://.
 * @module
 */
import { readFile } from "node:fs/promises";
import { visible } from "../../../../visible.ts";
import { readAwsCredentials, secretsOfAws } from "../../../auth/aws_credentials.ts";
import { homeFolderOf } from "../../../auth/home.ts";
import type { ObjectKind, ObjectOptions } from "../store.ts";
import { S3Bucket } from "./bucket.ts";
import { readS3Settings } from "./settings.ts";

/** Opens buckets with the key of AWS's usual variables and files. @throws {UsageError} */
export async function openS3(options: ObjectOptions): Promise<ObjectKind | null> {
  const { env, hide } = options;
  const readTextFile = (path: string): Promise<string> => readFile(path, "utf8");
  const credentials = await readAwsCredentials({ env, homeFolder: homeFolderOf(env), readTextFile });
  if (credentials === null) return null;
  hide(secretsOfAws(credentials));
  const settings = readS3Settings(env);
  return {
    owner: settings.endpoint === undefined ? "AWS" : visible(settings.endpoint),
    open: ({ authority }) => new S3Bucket(authority, { ...options, credentials, settings }),
    close: () => Promise.resolve(),
  };
}
