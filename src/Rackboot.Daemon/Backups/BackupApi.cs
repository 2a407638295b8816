using Rackboot.Backup;
using Rackboot.Contracts;
using Rackboot.Core.Events;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Backups;

/// <summary>Backups over the API: encrypted here, so that nothing secret leaves the daemon in the clear.</summary>
internal sealed class BackupApi(StoreBackup backup, EventLog events)
{
    internal void Map(IEndpointRouteBuilder api) =>
        api.MapPost(ApiPaths.Backup, (Delegate)PostAsync)
            .Needs(AccessRole.Admin, secrets: true)
            .WithSummary("An encrypted backup of the appliance, as it is at this moment").WithTags("store")
            .Accepts<BackupOrder>("application/json").Produces(200, contentType: "application/octet-stream").Produces<Problem>(422)
            .Produces<Problem>(507);

    private async Task<IResult> PostAsync(HttpContext http)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<BackupOrder>(http.Request, errors).ConfigureAwait(false) is not { } order)
            return Answers.Invalid(errors);
        if (order.Passphrase is null == order.PublicKey is null)
            return Answers.Invalid([new ProblemError("", "a backup is encrypted: give a passphrase, or a publicKey")]);
        StoreBackup.Copy copy;
        try
        {
            copy = await backup.CopyAsync(http.RequestAborted).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            return Answers.Problem(StatusCodes.Status507InsufficientStorage, "No backup was made", e.Message);
        }

        using (copy)
            try
            {
                // Everything that can be refused is refused before the first byte.
                http.Response.ContentType = "application/octet-stream";
                BackupSeal seal = order.PublicKey is { } pem ? new BackupSeal.PublicKey(pem) : new BackupSeal.Passphrase(order.Passphrase!);
                await backup.WriteAsync(http.Response.Body, copy, seal, order.Assets, http.RequestAborted).ConfigureAwait(false);
                events.Add("backup.made", Level.Info, null, null,
                    $"a backup was made{(order.Assets ? ", with boot files and images" : "")}");
                return Results.Empty;
            }
            catch (BackupException e) when (!http.Response.HasStarted)
            {
                http.Response.ContentType = null;
                return Answers.Invalid([new ProblemError(order.PublicKey is null ? "/passphrase" : "/publicKey", e.Message)]);
            }
            catch (IOException) when (http.Response.HasStarted)
            {
                http.Abort(); // the client sees that the end is missing
                return Results.Empty;
            }
    }
}
