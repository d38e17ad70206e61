using System.Text;

namespace TaskManagement.Api.IntegrationTests.Audit;

/// <summary>Reads comma-separated values, strictly as RFC 4180 has them.</summary>
internal static class CsvText
{
    public static List<string[]> Read(string text)
    {
        var (rows, cells, cell) = (new List<string[]>(), new List<string>(), new StringBuilder());
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == '"')
            {
                for (i++; text[i] != '"' || (i + 1 < text.Length && text[i + 1] == '"'); i++)
                    cell.Append(text[i] == '"' ? text[i++] : text[i]);
                i++;
            }
            else
            {
                for (; text[i] is not (',' or '\r'); i++)
                    cell.Append(text[i]);
            }

            cells.Add(cell.ToString());
            cell.Clear();
            if (text[i] == ',')
            {
                i++;
                continue;
            }

            Assert.Equal("\r\n", text.Substring(i, 2));
            i += 2;
            rows.Add([.. cells]);
            cells.Clear();
        }

        return rows;
    }
}
