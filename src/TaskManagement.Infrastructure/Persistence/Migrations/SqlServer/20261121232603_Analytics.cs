using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TaskManagement.Infrastructure.Persistence.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class Analytics : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "analytics_days",
                columns: table => new
                {
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    project_id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    person_id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    created = table.Column<long>(type: "bigint", nullable: false),
                    completed = table.Column<long>(type: "bigint", nullable: false),
                    cancelled = table.Column<long>(type: "bigint", nullable: false),
                    reopened = table.Column<long>(type: "bigint", nullable: false),
                    completion_total = table.Column<long>(type: "bigint", nullable: false),
                    completion_min = table.Column<long>(type: "bigint", nullable: true),
                    completion_max = table.Column<long>(type: "bigint", nullable: true),
                    within_hour = table.Column<long>(type: "bigint", nullable: false),
                    within_day = table.Column<long>(type: "bigint", nullable: false),
                    within_week = table.Column<long>(type: "bigint", nullable: false),
                    within_month = table.Column<long>(type: "bigint", nullable: false),
                    longer = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_analytics_days", x => new { x.day, x.project_id, x.person_id });
                });

            migrationBuilder.CreateTable(
                name: "analytics_tasks",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    opened_at = table.Column<DateTimeOffset>(type: "datetimeoffset(3)", precision: 3, nullable: false),
                    project_id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    person_id = table.Column<Guid>(type: "uniqueidentifier", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_analytics_tasks", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_analytics_days_person_id_day",
                table: "analytics_days",
                columns: new[] { "person_id", "day" });

            migrationBuilder.CreateIndex(
                name: "ix_analytics_days_project_id_day",
                table: "analytics_days",
                columns: new[] { "project_id", "day" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "analytics_days");

            migrationBuilder.DropTable(
                name: "analytics_tasks");
        }
    }
}
