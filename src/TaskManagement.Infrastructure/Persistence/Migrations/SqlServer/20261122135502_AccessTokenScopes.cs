using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TaskManagement.Infrastructure.Persistence.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class AccessTokenScopes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_access_tokens_name",
                table: "access_tokens");

            migrationBuilder.AlterColumn<string>(
                name: "name",
                table: "access_tokens",
                type: "nvarchar(200)",
                maxLength: 200,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "nvarchar(100)",
                oldMaxLength: 100);

            migrationBuilder.AddColumn<string>(
                name: "created_by",
                table: "access_tokens",
                type: "nvarchar(100)",
                maxLength: 100,
                nullable: false,
                defaultValue: "system:service");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "expires_at",
                table: "access_tokens",
                type: "datetimeoffset(3)",
                precision: 3,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "last_used_at",
                table: "access_tokens",
                type: "datetimeoffset(3)",
                precision: 3,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "revoked_at",
                table: "access_tokens",
                type: "datetimeoffset(3)",
                precision: 3,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "scopes",
                table: "access_tokens",
                type: "nvarchar(100)",
                maxLength: 100,
                nullable: false,
                defaultValue: "admin");

            migrationBuilder.CreateIndex(
                name: "ix_access_tokens_created_at_id",
                table: "access_tokens",
                columns: new[] { "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_access_tokens_name",
                table: "access_tokens",
                column: "name",
                unique: true,
                filter: "revoked_at IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_access_tokens_created_at_id",
                table: "access_tokens");

            migrationBuilder.DropIndex(
                name: "ix_access_tokens_name",
                table: "access_tokens");

            migrationBuilder.DropColumn(
                name: "created_by",
                table: "access_tokens");

            migrationBuilder.DropColumn(
                name: "expires_at",
                table: "access_tokens");

            migrationBuilder.DropColumn(
                name: "last_used_at",
                table: "access_tokens");

            migrationBuilder.DropColumn(
                name: "revoked_at",
                table: "access_tokens");

            migrationBuilder.DropColumn(
                name: "scopes",
                table: "access_tokens");

            migrationBuilder.AlterColumn<string>(
                name: "name",
                table: "access_tokens",
                type: "nvarchar(100)",
                maxLength: 100,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "nvarchar(200)",
                oldMaxLength: 200);

            migrationBuilder.CreateIndex(
                name: "ix_access_tokens_name",
                table: "access_tokens",
                column: "name",
                unique: true);
        }
    }
}
