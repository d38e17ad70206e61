using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TaskManagement.Benchmarks.Load;

/// <summary>
/// A connection that is kept open, and one request at a time on it, with HTTP/1.1 read as far as the service writes it. The general client costs
/// more than the references do, and would take from them the processor that both share.
/// </summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket _socket;
    private byte[] _received = new byte[64 * 1024];
    private int _length;
    private int _bodyStart;
    private int _bodyEnd;

    private LoadConnection(Socket socket) => _socket = socket;

    /// <summary>Where the next request is written.</summary>
    public byte[] Request { get; } = new byte[2048];

    /// <summary>The status of the last answer.</summary>
    public int Status { get; private set; }

    /// <summary>The body of the last answer, until the next is asked for.</summary>
    public ReadOnlyMemory<byte> Body => _received.AsMemory(_bodyStart.._bodyEnd);

    public static async Task<LoadConnection> OpenAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return new(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends the first bytes of <see cref="Request"/> and reads the answer to its end.</summary>
    /// <exception cref="IOException">The server closed the connection.</exception>
    public async ValueTask CallAsync(int length)
    {
        for (var sent = 0; sent < length;)
            sent += await _socket.SendAsync(Request.AsMemory(sent..length), SocketFlags.None);
        _length = 0;
        int head;
        while ((head = _received.AsSpan(0, _length).IndexOf("\r\n\r\n"u8)) < 0)
            await ReceiveAsync();
        _bodyStart = head + 4;
        if (ReadHead(head + 2) is { } contentLength)
        {
            _bodyEnd = _bodyStart + contentLength;
            while (_length < _bodyEnd)
                await ReceiveAsync();
        }
        else
        {
            await ReceiveChunksAsync();
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Reads the status and the length of the body; null if it comes in chunks.</summary>
    private int? ReadHead(int end)
    {
        var head = _received.AsSpan(0, end);
        if (!Utf8Parser.TryParse(head[9..12], out int status, out _))
            throw new IOException($"That is no answer: {Encoding.ASCII.GetString(head)}");
        Status = status;
        if (ValueOf(head, "\r\nContent-Length: "u8) is { Length: > 0 } text && Utf8Parser.TryParse(text, out int length, out _))
            return length;
        return ValueOf(head, "\r\nTransfer-Encoding: "u8).SequenceEqual("chunked"u8) ? null : 0;
    }

    /// <summary>The value of a header, as Kestrel spells its name; empty if it is not there.</summary>
    private static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        var at = head.IndexOf(name);
        if (at < 0)
            return default;
        var rest = head[(at + name.Length)..];
        return rest[..rest.IndexOf("\r\n"u8)];
    }

    /// <summary>Reads chunks, and moves what they hold together.</summary>
    private async ValueTask ReceiveChunksAsync()
    {
        var at = _bodyEnd = _bodyStart;
        while (true)
        {
            int line;
            while ((line = _received.AsSpan(at.._length).IndexOf("\r\n"u8)) < 0)
                await ReceiveAsync();
            if (!Utf8Parser.TryParse(_received.AsSpan(at, line), out int size, out _, 'x'))
                throw new IOException("A chunk begins without its size.");
            at += line + 2;
            while (_length < at + size + 2)
                await ReceiveAsync();
            if (size == 0)
                return;
            _received.AsSpan(at, size).CopyTo(_received.AsSpan(_bodyEnd));
            _bodyEnd += size;
            at += size + 2;
        }
    }

    private async ValueTask ReceiveAsync()
    {
        if (_length == _received.Length)
            Array.Resize(ref _received, 2 * _received.Length);
        var count = await _socket.ReceiveAsync(_received.AsMemory(_length), SocketFlags.None);
        _length += count > 0 ? count : throw new IOException("The server closed the connection.");
    }
}
