using System.Text;
using System.Text.Json;
using TaskManagement.Application.Common;
using TaskManagement.Application.Common.Json;
using TaskManagement.Application.Projects;
using TaskManagement.Application.Tasks;
using TaskManagement.Domain.Common;
using TaskManagement.Domain.Projects;
using TaskManagement.Domain.Projects.Events;
using TaskManagement.Domain.Tasks;
using TaskManagement.Domain.Tasks.Events;

namespace TaskManagement.Application.UnitTests.Json;

public sealed class AppJsonTests
{
    private const string Uuid = "0198f5e2-7a3b-7c4d-8e5f-0123456789ab";

    [Fact]
    public void Members_are_in_camel_case_null_is_written_out_and_letters_stay_letters() =>
        Assert.Equal(
            """{"taskId":"0198f5e2-7a3b-7c4d-8e5f-0123456789ab","title":"Grüße <&> 任务","reason":null}""",
            Write(new TaskCancelled(TaskId.From(new(Uuid)), "Grüße <&> 任务", null)));

    [Fact]
    public void An_event_is_written_without_its_own_id_and_time()
    {
        var created = new ProjectCreated(ProjectId.From(new(Uuid)), "OPS", "Operations") { OccurredAt = The.Stamp.At };

        Assert.Equal($$"""{"projectId":"{{Uuid}}","key":"OPS","name":"Operations"}""", Write(created));
        Assert.Equal(created, Read<ProjectCreated>(Write(created))! with { EventId = created.EventId, OccurredAt = created.OccurredAt });
    }

    public static TheoryData<DomainEvent> Events
    {
        get
        {
            var task = TaskItem.Create(
                TaskId.New(),
                TaskTitle.From("Buy milk"),
                TaskDescription.From("*Fresh*"),
                TaskPriority.High,
                DueDate.AtZoned(new(2026, 12, 1, 17, 0, 0), "Europe/Madrid"),
                [TaskLabel.From("shop")],
                The.Ann,
                ProjectId.New(),
                The.Stamp);
            task.Number(new(ProjectKey.From("OPS"), 42), The.Stamp);
            task.Start(The.Stamp);
            task.Complete(The.Stamp);
            task.Reopen(The.Stamp);
            task.Cancel(Reason.From("It rained."), The.Stamp);
            task.Describe(TaskTitle.From("Buy milk"), null, The.Stamp);
            task.Prioritize(TaskPriority.None, The.Stamp);
            task.Reschedule(DueDate.On(new(2026, 12, 25)), The.Stamp);
            task.Relabel([], The.Stamp);
            task.Assign(null, The.Stamp);
            task.Move(null, The.Stamp);
            task.Delete(null, The.Stamp);
            task.Restore(The.Stamp);
            var project = Given.Project();
            project.Rename(ProjectName.From("Ops"), The.Stamp);
            project.Archive(OpenTasksPolicy.Cancel, The.Stamp);
            project.Unarchive(The.Stamp);
            project.Delete(Reason.From("Merged"), The.Stamp);
            project.Restore(The.Stamp);
            return [.. task.PendingEvents.Concat(project.PendingEvents).Select(raised => (DomainEvent)raised.Event)];
        }
    }

    [Fact]
    public void Every_event_is_read_back_as_it_was_written() => Assert.All(Events.Select(row => row.Data), raised =>
    {
        var json = JsonSerializer.Serialize(raised, raised.GetType(), AppJson.Options);
        var read = JsonSerializer.Deserialize(json, raised.GetType(), AppJson.Options);
        Assert.Equal(json, JsonSerializer.Serialize(read, raised.GetType(), AppJson.Options));
        Assert.DoesNotContain("eventId", json, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("occurredAt", json, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(raised.GetType().GetProperties().Where(p => p.Name is "TaskId" or "ProjectId"), p => json.Contains(p.GetValue(read)!.ToString()!, StringComparison.Ordinal));
    });

    [Fact]
    public void An_answer_that_is_stored_is_given_again_word_for_word()
    {
        var task = Given.Task(project: ProjectId.New(), labels: ["Home", "work"], due: DueDate.AtZoned(new(2026, 12, 1, 17, 0, 0), "Europe/Madrid"));
        task.Start(The.Stamp);
        task.Complete(The.Stamp);
        var json = Write(TaskDto.From(task));
        Assert.Equal(json, Saved<TaskDto>.FromJson(json, AppJson.Options).ToJson(AppJson.Options));

        var project = Write(ProjectDto.From(Given.ArchivedProject()));
        Assert.Equal(project, Saved<ProjectDto>.FromJson(project, AppJson.Options).ToJson(AppJson.Options));
    }

    [Theory]
    [InlineData(TaskItemStatus.Pending, "pending")]
    [InlineData(TaskItemStatus.InProgress, "in_progress")]
    [InlineData(TaskItemStatus.Completed, "completed")]
    [InlineData(TaskItemStatus.Cancelled, "cancelled")]
    public void Enums_are_words_in_snake_case(TaskItemStatus status, string word)
    {
        Assert.Equal($"\"{word}\"", Write(status));
        Assert.Equal(status, Read<TaskItemStatus>($"\"{word}\""));
        Assert.Equal(word, Words<TaskItemStatus>.Of(status));
    }

    [Fact]
    public void The_words_of_an_enum_are_known_in_the_order_of_its_values()
    {
        Assert.Equal(["none", "low", "medium", "high", "urgent"], Words<TaskPriority>.All);
        Assert.Equal(["refuse", "cancel"], Words<OpenTasksPolicy>.All);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("\"1\"")]
    [InlineData("\"InProgress\"")]
    [InlineData("\"IN_PROGRESS\"")]
    [InlineData("\"in progress\"")]
    [InlineData("\"in_progress \"")]
    [InlineData("\"pending,completed\"")]
    [InlineData("\"\"")]
    [InlineData("true")]
    [InlineData("{}")]
    public void No_other_word_and_no_number_is_a_status(string json)
    {
        var refusal = Refused<TaskItemStatus>(json, "word.unknown");
        Assert.Equal("The value must be one of: pending, in_progress, completed, cancelled.", refusal.InnerException!.Message);
    }

    [Fact]
    public void An_id_is_a_UUID_in_its_canonical_form()
    {
        Assert.Equal($"\"{Uuid}\"", Write(TaskId.From(new(Uuid))));
        Assert.Equal(TaskId.From(new(Uuid)), Read<TaskId>($"\"{Uuid}\""));
        Assert.Equal(UserId.From(new(Uuid)), Read<UserId?>($"\"{Uuid.ToUpperInvariant()}\""));
        Assert.Null(Read<ProjectId?>("null"));
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("42")]
    [InlineData("null")]
    [InlineData("\"0198f5e27a3b7c4d8e5f0123456789ab\"")]
    [InlineData("\"{0198f5e2-7a3b-7c4d-8e5f-0123456789ab}\"")]
    [InlineData("\" 0198f5e2-7a3b-7c4d-8e5f-0123456789ab\"")]
    [InlineData("\"0198f5e2-7a3b-7c4d-8e5f-0123456789ab \"")]
    [InlineData("\"+198f5e2-7a3b-7c4d-8e5f-0123456789ab\"")]
    [InlineData("{\"value\":\"0198f5e2-7a3b-7c4d-8e5f-0123456789ab\"}")]
    public void No_other_form_is_an_id(string json)
    {
        Assert.Throws<JsonException>(() => Read<TaskId>(json));
        if (json is not "null")
            Assert.Throws<JsonException>(() => Read<CreateTask>($$"""{"title":"Buy milk","projectId":{{json}}}"""));
    }

    [Theory]
    [InlineData("""{"date":"2026-12-01"}""", "2026-12-01")]
    [InlineData("""{"dateTime":"2026-12-01T17:00:00"}""", "2026-12-01T17:00:00")]
    [InlineData("""{"dateTime":"2026-12-01T17:00:00","timeZone":"Europe/Madrid"}""", "2026-12-01T17:00:00[Europe/Madrid]")]
    public void A_due_date_is_read_and_written_in_the_form_it_was_said_in(string json, string text)
    {
        Assert.Equal(DueDate.Parse(text), Read<DueDate>(json));
        Assert.Equal(json, Write(Read<DueDate>(json)));
        Assert.Equal(DueDate.Parse(text), Read<CreateTask>($$"""{"title":"Buy milk","due":{{json}}}""")!.Due);
    }

    [Theory]
    [InlineData("""{}""", "due.malformed")]
    [InlineData("""{"date":null}""", "due.malformed")]
    [InlineData("""{"date":"2026-12-01","dateTime":"2026-12-01T17:00:00"}""", "due.malformed")]
    [InlineData("""{"date":"2026-12-01","timeZone":"Europe/Madrid"}""", "due.malformed")]
    [InlineData("""{"timeZone":"Europe/Madrid"}""", "due.malformed")]
    [InlineData("""{"date":"2026-02-30"}""", "due.malformed")]
    [InlineData("""{"date":" 2026-12-01"}""", "due.malformed")]
    [InlineData("""{"date":"01.12.2026"}""", "due.malformed")]
    [InlineData("""{"dateTime":"2026-12-01"}""", "due.malformed")]
    [InlineData("""{"dateTime":"2026-12-01T17:00:00Z"}""", "due.malformed")]
    [InlineData("""{"dateTime":"2026-12-01T17:00:00+01:00"}""", "due.malformed")]
    [InlineData("""{"dateTime":"2026-12-01T17:00:00.5"}""", "due.malformed")]
    [InlineData("""{"dateTime":"2026-12-01T24:00:00"}""", "due.malformed")]
    [InlineData("""{"dateTime":"2026-12-01T17:00:00","timeZone":"Nowhere/Land"}""", "due.unknown_time_zone")]
    [InlineData("""{"dateTime":"2026-12-01T17:00:00","timeZone":"Romance Standard Time"}""", "due.unknown_time_zone")]
    [InlineData("""{"dateTime":"9999-12-31T23:30:00","timeZone":"America/New_York"}""", "due.out_of_range")]
    [InlineData("\"2026-12-01\"", "due.malformed")]
    [InlineData("20261201", "due.malformed")]
    [InlineData("[]", "due.malformed")]
    [InlineData("""{"date":20261201}""", "due.malformed")]
    public void Any_other_due_date_is_refused_with_a_code_at_its_place(string json, string code)
    {
        Refused<DueDate>(json, code);

        var created = Refused<CreateTask>($$"""{"title":"Buy milk","due":{{json}}}""", code);
        Assert.Equal("/due", JsonPointers.FromJsonPath(created.Path));

        var patched = Refused<TaskPatch>($$"""{"due":{{json}}}""", code);
        Assert.Equal("/due", JsonPointers.FromJsonPath(patched.Path));
    }

    [Theory]
    [InlineData("""{"date":"2026-12-01","note":"x"}""")]
    [InlineData("""{"date":"2026-12-01","date":"2026-12-02"}""")]
    public void A_due_date_has_no_other_and_no_repeated_members(string json)
    {
        var created = Assert.Throws<JsonException>(() => Read<CreateTask>($$"""{"title":"Buy milk","due":{{json}}}"""));
        Assert.StartsWith("/due", JsonPointers.FromJsonPath(created.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Times_are_written_in_UTC_to_the_millisecond()
    {
        Assert.Equal("\"2026-03-04T05:06:07.089Z\"", Write(The.Stamp.At));
        Assert.Equal("\"2026-03-04T05:06:07.000Z\"", Write(new DateTimeOffset(2026, 3, 4, 7, 6, 7, TimeSpan.FromHours(2))));
        Assert.Equal("null", Write<DateTimeOffset?>(null));
    }

    [Theory]
    [InlineData("\"2026-03-04T05:06:07.089Z\"")]
    [InlineData("\"2026-03-04T07:06:07.089+02:00\"")]
    public void Times_are_read_in_any_offset(string json)
    {
        var time = Read<DateTimeOffset>(json);
        Assert.Equal((The.Stamp.At, TimeSpan.Zero), (time, time.Offset));
    }

    [Theory]
    [InlineData("\"2026-03-04T05:06:07\"")]
    [InlineData("\"2026-03-04\"")]
    [InlineData("\"04.03.2026 05:06\"")]
    [InlineData("1772600767")]
    [InlineData("null")]
    public void A_time_without_an_offset_is_no_instant(string json) => Refused<DateTimeOffset>(json, "time.malformed");

    [Fact]
    public void A_patch_tells_absent_from_null()
    {
        var patch = Read<TaskPatch>("""{"description":null,"title":"Buy milk","labels":["a",null]}""")!;

        Assert.Equal(new Optional<string>(null), patch.Description);
        Assert.True(patch.Description.IsPresent);
        Assert.Equal(new Optional<string>("Buy milk"), patch.Title);
        Assert.Equal(["a", null], patch.Labels.Value!);
        Assert.False(patch.Due.IsPresent || patch.Priority.IsPresent || patch.AssigneeId.IsPresent || patch.ProjectId.IsPresent);
        Assert.All(
            [Read<TaskPatch>("""{"due":null,"priority":null,"labels":null,"assigneeId":null,"projectId":null}""")!],
            cleared => Assert.True(
                cleared is { Due: { IsPresent: true, Value: null }, Priority: { IsPresent: true, Value: null }, Labels: { IsPresent: true, Value: null } }
                and { AssigneeId: { IsPresent: true, Value: null }, ProjectId: { IsPresent: true, Value: null } }));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"description":null}""")]
    [InlineData("""{"priority":"high","labels":["home"],"projectId":null}""")]
    [InlineData("""{"title":"Buy milk","due":{"date":"2026-12-01"}}""")]
    public void A_patch_is_written_with_the_members_it_has(string json) => Assert.Equal(json, Write(Read<TaskPatch>(json)));

    [Theory]
    [InlineData("""{"title":1}""", "/title")]
    [InlineData("""{"priority":"hihg"}""", "/priority")]
    [InlineData("""{"labels":"home"}""", "/labels")]
    [InlineData("""{"assigneeId":"ann"}""", "/assigneeId")]
    [InlineData("""{"status":"completed"}""", "/status")]
    public void What_is_wrong_with_a_patch_is_said_at_its_place(string json, string pointer)
    {
        var refusal = Assert.Throws<JsonException>(() => Read<TaskPatch>(json));
        Assert.Equal(pointer, JsonPointers.FromJsonPath(refusal.Path));
    }

    [Theory]
    [InlineData("""{"title":"Buy milk","colour":"red"}""")]
    [InlineData("""{"Title":"Buy milk"}""")]
    [InlineData("""{"title":"Buy milk","title":"Buy bread"}""")]
    [InlineData("""{"title":"Buy milk","t\u0069tle":"Buy bread"}""")]
    [InlineData("""{"title":"Buy milk",}""")]
    [InlineData("""{"title":"Buy milk"} {}""")]
    [InlineData("""{/* a comment */"title":"Buy milk"}""")]
    [InlineData("""{"title":'Buy milk'}""")]
    [InlineData("""{"title":["Buy milk"]}""")]
    [InlineData("[]")]
    [InlineData("\"title\"")]
    [InlineData("")]
    public void Unknown_and_repeated_members_and_lax_JSON_are_refused(string json) => Assert.Throws<JsonException>(() => Read<CreateTask>(json));

    [Theory]
    [InlineData("""{"title":"a\ud83cb"}""")]
    [InlineData("""{"title":"\udf31"}""")]
    [InlineData("""{"title":"Buy milk","labels":["\ud83c"]}""")]
    [InlineData("""{"title":"Buy milk","priority":"\ud83c"}""")]
    [InlineData("""{"title":"Buy milk","due":{"date":"\ud83c"}}""")]
    [InlineData("""{"title":"Buy milk","id":"\ud83c"}""")]
    [InlineData("""{"\ud83c":"Buy milk"}""")]
    public void Half_a_surrogate_pair_is_refused(string json) => Assert.Throws<JsonException>(() => Read<CreateTask>(json));

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused()
    {
        byte[] json = [.. "{\"title\":\""u8, 0xff, 0xfe, .. "\"}"u8];

        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<CreateTask>(json, AppJson.Options));
    }

    [Fact]
    public void Nesting_is_read_to_a_depth_of_16()
    {
        Assert.Equal(JsonValueKind.Array, Read<JsonElement>(Nested(AppJson.MaxDepth)).ValueKind);
        Assert.Throws<JsonException>(() => Read<JsonElement>(Nested(AppJson.MaxDepth + 1)));
        Assert.Throws<JsonException>(() => Read<CreateTask>($$"""{"title":{{Nested(100_000)}}}"""));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("{}")]
    public void An_actor_is_text(string json)
    {
        Assert.Equal("\"token:ann\"", Write(The.Actor));
        Assert.Equal(The.Actor, Read<ActorId>("\"token:ann\""));
        Assert.Throws<JsonException>(() => Read<ActorId>(json));
    }

    [Fact]
    public void The_options_are_frozen() => Assert.True(AppJson.Options.IsReadOnly);

    private static string Nested(int depth) => new StringBuilder().Append('[', depth).Append(']', depth).ToString();

    private static string Write<T>(T value) => JsonSerializer.Serialize(value, AppJson.Options);

    private static T? Read<T>(string json) => JsonSerializer.Deserialize<T>(Encoding.UTF8.GetBytes(json), AppJson.Options);

    private static JsonException Refused<T>(string json, string code)
    {
        var refusal = Assert.Throws<JsonException>(() => Read<T>(json));
        Assert.Equal(code, Assert.IsType<InvalidValueException>(refusal.InnerException).Code);
        return refusal;
    }
}
