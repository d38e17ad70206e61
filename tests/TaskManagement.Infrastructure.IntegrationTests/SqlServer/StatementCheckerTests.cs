namespace TaskManagement.Infrastructure.IntegrationTests.SqlServer;

/// <summary>The checker finds what it is there to find; a check that can't fail would prove nothing.</summary>
public sealed class StatementCheckerTests
{
    [Theory]
    [InlineData("SELECT FROM WHERE", "Line 1: Incorrect syntax near FROM.")]
    [InlineData("SELECT id FROM task", "There is no table task.")]
    [InlineData("SELECT id FROM other.tasks", "There is no table other.tasks.")]
    [InlineData("SELECT name FROM tasks", "No table here has a column name.")]
    [InlineData("SELECT t.name FROM tasks AS t", "t has no column name.")]
    [InlineData("SELECT x.id FROM tasks AS t", "x in x.id stands for nothing.")]
    [InlineData("SELECT id FROM tasks AS t JOIN projects AS p ON p.id = t.project_id", "id is a column of more than one table.")]
    [InlineData("SELECT t.id FROM tasks AS t JOIN projects AS t ON 1 = 1", "t stands for two tables.")]
    [InlineData("SELECT id FROM tasks WHERE titel = N'x'", "No table here has a column titel.")]
    [InlineData("SELECT id FROM tasks ORDER BY titel", "No table here has a column titel.")]
    [InlineData("SELECT d.title FROM (SELECT id FROM tasks) AS d", "d has no column title.")]
    [InlineData("SELECT d.id FROM (SELECT t.id FROM tasks) AS d", "t in t.id stands for nothing.")]
    [InlineData("SELECT t.id FROM tasks AS t WHERE EXISTS (SELECT 1 FROM task_labels AS l WHERE l.task = t.id)", "l has no column task.")]
    [InlineData("SELECT t.id FROM tasks AS t LEFT JOIN task_labels AS l ON l.task_id = t.ident", "t has no column ident.")]
    [InlineData("SELECT d.id FROM (SELECT id FROM tasks ORDER BY id) AS d", "The ORDER BY clause is not valid in views")]
    [InlineData("SELECT id, title FROM tasks UNION SELECT id FROM projects", "Union joins 2 columns with 1.")]
    [InlineData("SELECT id FROM tasks WHERE id = @p0", "There is no variable @p0.")]
    [InlineData("SELECT OBJECT_ID(N'[task]')", "There is no table [task].")]
    [InlineData("INSERT INTO projects (id, kee) VALUES (1, 2)", "projects has no column kee.")]
    [InlineData("INSERT INTO projects (id, name) VALUES (1)", "A row has 1 values for 2 columns.")]
    [InlineData("INSERT INTO projects (id) OUTPUT INSERTED.ident VALUES (1)", "INSERTED has no column ident.")]
    [InlineData("UPDATE projects SET nam = 1 WHERE id = 1", "projects has no column nam.")]
    [InlineData("UPDATE projects SET name = nam", "No table here has a column nam.")]
    [InlineData("DELETE FROM projects WHERE ident = 1", "No table here has a column ident.")]
    [InlineData("DELETE FROM p FROM projects AS p WHERE p.ident = 1", "p has no column ident.")]
    [InlineData("MERGE event_log USING (VALUES (1)) AS i (a) ON 1=0 WHEN NOT MATCHED THEN INSERT (tipe) VALUES (i.a);", "event_log has no column tipe.")]
    [InlineData("MERGE event_log USING (VALUES (1)) AS i (a) ON 1=0 WHEN NOT MATCHED THEN INSERT (type) VALUES (i.b);", "i has no column b.")]
    [InlineData("MERGE event_log USING (VALUES (1)) AS i (a) ON 1=0 WHEN NOT MATCHED THEN INSERT (type) VALUES (i.a) OUTPUT i._Position;", "i has no column _Position.")]
    [InlineData("CREATE INDEX ix ON tasks (titel)", "No table here has a column titel.")]
    [InlineData("CREATE INDEX ix ON tasks (id) WHERE deleted IS NULL", "No table here has a column deleted.")]
    [InlineData("CREATE TABLE projects (id int, CONSTRAINT fk FOREIGN KEY (id) REFERENCES tasks (ident))", "tasks has no column ident.")]
    [InlineData("EXEC(N'SELECT id FROM task')", "There is no table task.")]
    [InlineData("EXEC sp_help", "ExecuteStatement is not understood here.")]
    [InlineData("BEGIN TRANSACTION; ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON;", "ALTER DATABASE can't be part of a transaction.")]
    [InlineData("WITH c AS (SELECT id FROM tasks) SELECT 1", "WithCtesAndXmlNamespaces is not understood here.")]
    [InlineData("SELECT value FROM OPENJSON(N'[]')", "OpenJsonTableReference is not understood here.")]
    [InlineData("DROP TABLE tasks", "DropTableStatement is not understood here.")]
    public void What_the_server_would_refuse_or_the_checker_can_not_read_is_a_fault(string text, string fault) =>
        Assert.Contains(fault, string.Join('\n', new StatementChecker(SqlServerSchema.Catalogue).Check(text).Faults), StringComparison.Ordinal);

    [Theory]
    [InlineData("SELECT t.id FROM tasks AS t WHERE EXISTS (SELECT 1 FROM task_labels WHERE task_id = t.id)")]
    [InlineData("SELECT d.id FROM (SELECT TOP(1) id FROM tasks ORDER BY title) AS d")]
    [InlineData("SELECT p.name FROM (SELECT * FROM projects) AS p")]
    [InlineData("UPDATE projects SET name = key_of.[key] FROM projects JOIN projects AS key_of ON key_of.id = projects.id")]
    [InlineData("BEGIN TRANSACTION; COMMIT; ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON;")]
    public void What_the_server_would_take_is_no_fault(string text) =>
        Assert.Empty(new StatementChecker(SqlServerSchema.Catalogue).Check(text).Faults);
}
