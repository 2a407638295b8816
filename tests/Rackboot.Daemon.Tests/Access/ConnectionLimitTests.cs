using System.Net;
using Microsoft.AspNetCore.Connections;
using Rackboot.Daemon.Management.Https;

namespace Rackboot.Daemon.Tests.Access;

/// <summary>Who gets in where all places of the API's port are taken.</summary>
public sealed class ConnectionLimitTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConnectionLimit _limit = new(most: 3, mostOfOneSource: 2);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> _running = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _over.SetResult();
        await Task.WhenAll(_running);
    }

    [Fact]
    public async Task The_connection_that_is_longest_in_its_handshake_gives_way_to_a_new_one()
    {
        var logged = await GreetedAsync("10.0.0.1");
        var (oldest, newer) = (Connect("10.0.0.2"), Connect("10.0.0.3"));
        var operators = await GreetedAsync("10.0.0.4");
        await EndedAsync(oldest);
        Assert.All([logged, newer, operators], c => Assert.False(c.ConnectionClosed.IsCancellationRequested));
    }

    [Fact]
    public async Task Who_has_shown_a_whole_handshake_gives_way_to_nobody()
    {
        var all = new[] { await GreetedAsync("10.0.0.1"), await GreetedAsync("10.0.0.2"), await GreetedAsync("10.0.0.3") };
        await EndedAsync(Connect("10.0.0.4"));
        Assert.All(all, c => Assert.False(c.ConnectionClosed.IsCancellationRequested));
    }

    [Fact]
    public async Task One_address_has_its_places_and_no_more()
    {
        var own = new[] { Connect("10.0.0.1"), Connect("10.0.0.1") };
        await EndedAsync(Connect("10.0.0.1"));
        Assert.All(own, c => Assert.False(c.ConnectionClosed.IsCancellationRequested));
    }

    private DefaultConnectionContext Connect(string from)
    {
        var connection = new DefaultConnectionContext { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(from), 1) };
        _running.Add(_limit.Then(_ => _over.Task)(connection));
        return connection;
    }

    private async Task<DefaultConnectionContext> GreetedAsync(string from)
    {
        var connection = Connect(from);
        await _limit.Greeted(_ => Task.CompletedTask)(connection);
        return connection;
    }

    private static async Task EndedAsync(DefaultConnectionContext connection)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registered = connection.ConnectionClosed.Register(ended.SetResult);
        await ended.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }
}
