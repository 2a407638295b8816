using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi.Commands;

/// <summary>Reads an answer; any bytes may come.</summary>
internal delegate bool AnswerParser<T>(ReadOnlySpan<byte> data, [NotNullWhen(true)] out T? answer, [NotNullWhen(false)] out string? error)
    where T : class;

/// <summary>A command as the specification has it: a row of <see cref="CommandTable"/>.</summary>
internal sealed record IpmiCommand(string Name, IpmiNetFunction NetFunction, byte Number)
{
    /// <summary>See <see cref="IpmiRequest"/>.</summary>
    public bool Repeatable { get; init; } = true;

    /// <summary>What the codes 80h to BEh mean for this command.</summary>
    public IReadOnlyDictionary<byte, string> OwnCodes { get; init; } = ReadOnlyDictionary<byte, string>.Empty;

    /// <summary>The BMC's logical unit that is asked.</summary>
    public byte Lun { get; init; }

    /// <summary>The answer as it comes, whatever its completion code.</summary>
    public ValueTask<IpmiResponse> SendAsync(IIpmiChannel channel, ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        channel.SendAsync(new IpmiRequest(NetFunction, Number, data, Repeatable, Lun), cancellation);

    /// <summary>The data of a successful answer.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> AskAsync(
        IIpmiChannel channel, ReadOnlyMemory<byte> data, CancellationToken cancellation, int least = 0)
    {
        var response = await SendAsync(channel, data, cancellation).ConfigureAwait(false);
        if (!response.Succeeded)
            throw Refusal(response.CompletionCode);
        return response.Data.Length >= least ? response.Data : throw BadAnswer($"needs {least} bytes, got {response.Data.Length}");
    }

    /// <summary>A successful answer, understood.</summary>
    public async ValueTask<T> AskAsync<T>(
        IIpmiChannel channel, ReadOnlyMemory<byte> data, AnswerParser<T> parse, CancellationToken cancellation)
        where T : class
    {
        var answer = await AskAsync(channel, data, cancellation).ConfigureAwait(false);
        return parse(answer.Span, out var value, out var error) ? value : throw BadAnswer(error);
    }

    public IpmiException Refusal(byte code)
    {
        var reason = OwnCodes.TryGetValue(code, out var own) ? own : CompletionCodes.Describe(code);
        var failure = code == CompletionCodes.InsufficientPrivilege ? IpmiFailure.InsufficientPrivilege : IpmiFailure.Refused;
        return new IpmiException(failure, $"{Name} was refused: {reason} (completion code {code:X2}h)") { CompletionCode = code };
    }

    public IpmiException BadAnswer(string what) => new(IpmiFailure.BadAnswer, $"{Name}: the BMC's answer violates the standard: {what}");
}
