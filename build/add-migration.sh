#!/usr/bin/env bash
# Adds a migration to every provider: build/add-migration.sh NAME
set -euo pipefail
cd "$(dirname "$0")"
name=${1:?usage: build/add-migration.sh NAME}
dotnet tool restore
for provider in Sqlite PostgreSql SqlServer; do
  dotnet ef migrations add "$name" --context "${provider}DbContext" \
    --project ../src/TaskManagement.Infrastructure --output-dir "Persistence/Migrations/$provider"
done
