using System.Buffers.Binary;
using System.Text;

namespace TaskManagement.Api.IntegrationTests.Telemetry;

/// <summary>A message in the wire format of protocol buffers, read by field numbers. See https://protobuf.dev/programming-guides/encoding/.</summary>
internal sealed class ProtobufMessage
{
    private readonly List<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> _fields = [];

    public ProtobufMessage(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var key = Varint(ref bytes);
            _fields.Add((key & 7) switch
            {
                0 => ((int)(key >> 3), Varint(ref bytes), default),
                1 => ((int)(key >> 3), BinaryPrimitives.ReadUInt64LittleEndian(Take(ref bytes, 8).Span), default),
                2 => ((int)(key >> 3), 0, Take(ref bytes, (int)Varint(ref bytes))),
                5 => ((int)(key >> 3), BinaryPrimitives.ReadUInt32LittleEndian(Take(ref bytes, 4).Span), default),
                var type => throw new InvalidDataException($"{type} is no wire type."),
            });
        }
    }

    public IEnumerable<ProtobufMessage> Messages(int field) => All(field).Select(found => new ProtobufMessage(found.Bytes));

    public ProtobufMessage Message(int field) => Messages(field).LastOrDefault() ?? new(default);

    public string Text(int field) => Encoding.UTF8.GetString(All(field).LastOrDefault().Bytes.Span);

    public string Hex(int field) => Convert.ToHexStringLower(All(field).LastOrDefault().Bytes.Span);

    public ulong Number(int field) => All(field).LastOrDefault().Number;

    public double Double(int field) => BitConverter.UInt64BitsToDouble(Number(field));

    private IEnumerable<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> All(int field) => _fields.Where(found => found.Field == field);

    private static ulong Varint(ref ReadOnlyMemory<byte> bytes)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = Take(ref bytes, 1).Span[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> bytes, int length)
    {
        var taken = bytes[..length];
        bytes = bytes[length..];
        return taken;
    }
}
