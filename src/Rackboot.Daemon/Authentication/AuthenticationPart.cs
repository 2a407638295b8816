using Rackboot.Daemon.Api;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Store;

namespace Rackboot.Daemon.Authentication;

/// <summary>Who may come in over the network.</summary>
internal sealed class AuthenticationPart : IPart
{
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(30);

    private readonly Throttle _throttle;
    private readonly TokenApi _api;
    private readonly TimeProvider _time;

    public AuthenticationPart(StorePart store, TimeProvider time)
    {
        _time = time;
        _throttle = new Throttle(time);
        Tokens = new TokenBook(store.Store, store.Events, time);
        Authenticator = new Authenticator(Tokens, _throttle);
        _api = new TokenApi(Tokens);
    }

    public Authenticator Authenticator { get; }

    public TokenBook Tokens { get; }

    public void MapManagement(IEndpointRouteBuilder api) => _api.Map(api);

    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Sweep, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
                await Tokens.SweepAsync();
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    public IReadOnlyList<string> Reload(RackbootConfiguration changed) => [];

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
