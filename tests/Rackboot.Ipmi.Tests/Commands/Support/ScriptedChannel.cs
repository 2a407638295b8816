namespace Rackboot.Ipmi.Tests.Commands;

/// <summary>A BMC that answers as the test says, and C1h to the rest. Keeps what it was asked.</summary>
internal sealed class ScriptedChannel : IIpmiChannel
{
    private readonly Dictionary<(IpmiNetFunction, byte), Func<byte[], byte[]>> _answers = [];

    public List<IpmiRequest> Requests { get; } = [];

    /// <summary>The last request's data, in hexadecimal.</summary>
    public string Last => Convert.ToHexStringLower(Requests[^1].Data.Span);

    /// <summary>Answers with bytes, the completion code first.</summary>
    public ScriptedChannel On(IpmiNetFunction function, byte command, Func<byte[], byte[]> answer)
    {
        _answers[(function, command)] = answer;
        return this;
    }

    /// <summary>Answers with bytes written in hexadecimal, the completion code first.</summary>
    public ScriptedChannel On(IpmiNetFunction function, byte command, string answer) =>
        On(function, command, _ => Convert.FromHexString(answer.Replace(" ", "", StringComparison.Ordinal)));

    public IEnumerable<string> Sent(IpmiNetFunction function, byte command) =>
        Requests.Where(r => r.NetFunction == function && r.Command == command).Select(r => Convert.ToHexStringLower(r.Data.Span));

    public ValueTask<IpmiResponse> SendAsync(IpmiRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var data = request.Data.ToArray();
        Requests.Add(request with { Data = data });
        var answer = _answers.TryGetValue((request.NetFunction, request.Command), out var known) ? known(data) : [0xC1];
        return ValueTask.FromResult(new IpmiResponse(answer[0], answer.AsMemory(1)));
    }
}
