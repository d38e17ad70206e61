using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TaskManagement.Application.Common.Json;
using TaskManagement.Domain.Projects;

namespace TaskManagement.Infrastructure.Persistence.Configurations;

internal sealed class TeamConfiguration : IEntityTypeConfiguration<Team>
{
    public void Configure(EntityTypeBuilder<Team> builder)
    {
        builder.ToTable("teams");
        builder.HasKey(team => team.ProjectId);
        builder.Property(team => team.ProjectId).ValueGeneratedNever();
        builder.ConfigureAggregate();
        builder.HasOne<Project>().WithOne().HasForeignKey<Team>(team => team.ProjectId).OnDelete(DeleteBehavior.Restrict);
        builder.OwnsMany(team => team.Members, member =>
        {
            member.ToTable("team_members");
            member.WithOwner().HasForeignKey("ProjectId");
            member.HasKey("ProjectId", nameof(TeamMember.UserId));
            member.Property(row => row.Role).HasMaxLength(20).HasConversion(role => Words<ProjectRole>.Of(role), word => ParseRole(word));
            member.Ignore(row => row.HasJoined);
            member.HasIndex(row => row.UserId);
        });
    }

    private static ProjectRole ParseRole(string word) =>
        Words<ProjectRole>.TryParse(word, out var role) ? role : throw new FormatException($"'{word}' is no role in a project.");
}
