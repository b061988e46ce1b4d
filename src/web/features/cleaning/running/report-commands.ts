/** As in docs/retention.md: each prints all that runs, and reports it only if that went well. */
export const reportCommands = [
  {
    from: 'Kubernetes',
    command: `set -o pipefail; images=$(kubectl get pods --all-namespaces --output yaml | awk '/^ *(- )?(image|imageID): / && $NF != "\\"\\"" { print $NF }' | sort -u) && printf '%s\\n' "$images" | curl --fail -u "$NAME:$TOKEN" -X PUT -H 'Content-Type: text/plain' --data-binary @- "$JETSAM/api/v0/running/prod"`,
  },
  {
    from: 'Docker',
    command: `set -o pipefail; images=$(docker ps --quiet | xargs docker inspect --format '{{println .Image}}{{.Config.Image}}' | sort -u) && printf '%s\\n' "$images" | curl --fail -u "$NAME:$TOKEN" -X PUT -H 'Content-Type: text/plain' --data-binary @- "$JETSAM/api/v0/running/laptop"`,
  },
] as const
