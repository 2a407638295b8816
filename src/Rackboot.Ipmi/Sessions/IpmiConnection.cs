using System.Net;

namespace Rackboot.Ipmi;

/// <summary>
/// A BMC that is asked now and then: opens a session when one is needed, keeps it, and opens another when the BMC has ended it. A command
/// that must not be repeated goes only over a session that has just answered, and is never sent a second time. A refused login is not tried
/// again until <see cref="AllowLogin"/>: accounts get locked. Thread-safe.
/// </summary>
public sealed class IpmiConnection(IpmiSocket socket, IPEndPoint bmc, IpmiCredential credential, IpmiSessionOptions options,
    KnownBmc? known = null) : IIpmiChannel, IAsyncDisposable
{
    private const byte GetDeviceId = 0x01;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly KnownBmc _known = known ?? new KnownBmc();
    private readonly SemaphoreSlim _opening = new(1);
    private volatile IpmiSession? _session;
    private IpmiException? _refused;
    private bool _disposed;

    public IPEndPoint Bmc => bmc;

    /// <summary>Lets the next request log in again after a refusal, as when the operator says that the account was mended.</summary>
    public void AllowLogin() => Volatile.Write(ref _refused, null);

    /// <inheritdoc/>
    public async ValueTask<IpmiResponse> SendAsync(IpmiRequest request, CancellationToken cancellation)
    {
        var (session, isNew) = await SessionAsync(cancellation).ConfigureAwait(false);
        if (!request.Repeatable)
        {
            if (session.Idle > Fresh)
                await SendRepeatablyAsync(session, isNew, new IpmiRequest(IpmiNetFunction.App, GetDeviceId, default), cancellation)
                    .ConfigureAwait(false);
            (session, _) = await SessionAsync(cancellation).ConfigureAwait(false);
            return await session.SendAsync(request, cancellation).ConfigureAwait(false);
        }

        return await SendRepeatablyAsync(session, isNew, request, cancellation).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _opening.WaitAsync().ConfigureAwait(false);
        try
        {
            _disposed = true;
            if (_session is { } session)
                await session.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    // Another session is opened once: a BMC that loses each new session at once has other troubles.
    private async ValueTask<IpmiResponse> SendRepeatablyAsync(
        IpmiSession session, bool isNew, IpmiRequest request, CancellationToken cancellation)
    {
        try
        {
            return await session.SendAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (IpmiException e) when (e.Failure == IpmiFailure.SessionLost && !isNew)
        {
            (session, _) = await SessionAsync(cancellation).ConfigureAwait(false);
            return await session.SendAsync(request, cancellation).ConfigureAwait(false);
        }
    }

    private async ValueTask<(IpmiSession Session, bool IsNew)> SessionAsync(CancellationToken cancellation)
    {
        if (_session is { Ended.IsCancellationRequested: false } open)
            return (open, false);
        await _opening.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_session is { Ended.IsCancellationRequested: false } opened)
                return (opened, false);
            if (Volatile.Read(ref _refused) is { } refused)
                throw new IpmiException(refused.Failure, refused.Message, refused);
            if (_session is { } ended)
                await ended.DisposeAsync().ConfigureAwait(false);
            var session = await IpmiSession.OpenAsync(socket, bmc, credential, options, _known, cancellation).ConfigureAwait(false);
            _session = session;
            return (session, true);
        }
        catch (IpmiException e) when (e.Failure == IpmiFailure.WrongCredential)
        {
            Volatile.Write(ref _refused, e);
            throw;
        }
        finally
        {
            _opening.Release();
        }
    }
}
