using System.Text;
using System.Threading.Channels;
using Rackboot.Core.Console;

namespace Rackboot.Core.Tests.Console;

/// <summary>A serial port whose machine is the test.</summary>
internal sealed class FakeLine : IConsoleLine
{
    private readonly Channel<byte[]> _output = Channel.CreateUnbounded<byte[]>();
    private readonly Channel<string> _typed = Channel.CreateUnbounded<string>();

    /// <summary>What typing fails with; null lets it arrive.</summary>
    public ConsoleException? Refuses { get; set; }

    public bool IsClosed { get; private set; }

    /// <summary>The machine writes.</summary>
    public void Write(string text) => Write(Encoding.Latin1.GetBytes(text));

    public void Write(byte[] bytes) => _output.Writer.TryWrite(bytes);

    /// <summary>The connection is lost.</summary>
    public void Lose(string why) => _output.Writer.TryComplete(new ConsoleException(why));

    /// <summary>What was typed next; a break is <c>BREAK</c>.</summary>
    public async Task<string> TypedAsync() => await _typed.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        try
        {
            var bytes = await _output.Reader.ReadAsync(cancel);
            bytes.CopyTo(buffer);
            return bytes.Length;
        }
        catch (ChannelClosedException e)
        {
            throw e.InnerException ?? e;
        }
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => Take(Encoding.Latin1.GetString(bytes.Span));

    public ValueTask SendBreakAsync(CancellationToken cancel) => Take("BREAK");

    public ValueTask DisposeAsync()
    {
        IsClosed = true;
        return ValueTask.CompletedTask;
    }

    private ValueTask Take(string typed)
    {
        if (Refuses is { } e)
            return ValueTask.FromException(e);
        _typed.Writer.TryWrite(typed);
        return ValueTask.CompletedTask;
    }
}
