using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TaskManagement.Infrastructure.Persistence.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class AfterCommit : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "causation_depth",
                table: "event_log",
                type: "int",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "position",
                table: "event_log",
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "event_cursors",
                columns: table => new
                {
                    subscription = table.Column<string>(type: "nvarchar(100)", maxLength: 100, nullable: false),
                    replay = table.Column<long>(type: "bigint", nullable: false),
                    partition = table.Column<int>(type: "int", nullable: false),
                    position = table.Column<long>(type: "bigint", nullable: false),
                    stop_at = table.Column<long>(type: "bigint", nullable: true),
                    replay_until = table.Column<long>(type: "bigint", nullable: false),
                    started_from = table.Column<long>(type: "bigint", nullable: false),
                    types = table.Column<string>(type: "nvarchar(max)", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "datetimeoffset(3)", precision: 3, nullable: false),
                    created_by = table.Column<string>(type: "nvarchar(100)", maxLength: 100, nullable: false),
                    paused_at = table.Column<DateTimeOffset>(type: "datetimeoffset(3)", precision: 3, nullable: true),
                    holder = table.Column<string>(type: "nvarchar(100)", maxLength: 100, nullable: true),
                    lease_until = table.Column<DateTimeOffset>(type: "datetimeoffset(3)", precision: 3, nullable: true),
                    token = table.Column<long>(type: "bigint", nullable: false),
                    attempt_position = table.Column<long>(type: "bigint", nullable: true),
                    delivered = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_event_cursors", x => new { x.subscription, x.replay, x.partition });
                });

            migrationBuilder.CreateTable(
                name: "event_nodes",
                columns: table => new
                {
                    id = table.Column<string>(type: "nvarchar(100)", maxLength: 100, nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "datetimeoffset(3)", precision: 3, nullable: false),
                    seen_at = table.Column<DateTimeOffset>(type: "datetimeoffset(3)", precision: 3, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_event_nodes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "parked_events",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("SqlServer:Identity", "1, 1"),
                    subscription = table.Column<string>(type: "nvarchar(100)", maxLength: 100, nullable: false),
                    replay = table.Column<long>(type: "bigint", nullable: false),
                    position = table.Column<long>(type: "bigint", nullable: false),
                    event_id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    event_type = table.Column<string>(type: "nvarchar(100)", maxLength: 100, nullable: false),
                    stream_type = table.Column<string>(type: "nvarchar(50)", maxLength: 50, nullable: false),
                    stream_id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    lane = table.Column<int>(type: "int", nullable: false),
                    status = table.Column<int>(type: "int", nullable: false),
                    attempts = table.Column<int>(type: "int", nullable: false),
                    next_attempt_at = table.Column<DateTimeOffset>(type: "datetimeoffset(3)", precision: 3, nullable: true),
                    attempt_started_at = table.Column<DateTimeOffset>(type: "datetimeoffset(3)", precision: 3, nullable: true),
                    crashes = table.Column<int>(type: "int", nullable: false),
                    error = table.Column<string>(type: "nvarchar(4000)", maxLength: 4000, nullable: true),
                    parked_at = table.Column<DateTimeOffset>(type: "datetimeoffset(3)", precision: 3, nullable: false),
                    dead_at = table.Column<DateTimeOffset>(type: "datetimeoffset(3)", precision: 3, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_parked_events", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_event_log_id",
                table: "event_log",
                column: "id",
                filter: "position IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_event_log_position",
                table: "event_log",
                column: "position",
                unique: true,
                filter: "[position] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_parked_events_subscription_replay_position",
                table: "parked_events",
                columns: new[] { "subscription", "replay", "position" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_parked_events_subscription_replay_stream_id_position",
                table: "parked_events",
                columns: new[] { "subscription", "replay", "stream_id", "position" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "event_cursors");

            migrationBuilder.DropTable(
                name: "event_nodes");

            migrationBuilder.DropTable(
                name: "parked_events");

            migrationBuilder.DropIndex(
                name: "IX_event_log_id",
                table: "event_log");

            migrationBuilder.DropIndex(
                name: "ix_event_log_position",
                table: "event_log");

            migrationBuilder.DropColumn(
                name: "causation_depth",
                table: "event_log");

            migrationBuilder.DropColumn(
                name: "position",
                table: "event_log");
        }
    }
}
