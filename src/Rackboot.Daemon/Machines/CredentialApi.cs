using System.ComponentModel;
using Rackboot.Contracts;
using Rackboot.Core;
using Rackboot.Core.Credentials;
using Rackboot.Core.Machines;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Machines;

/// <summary>Credentials; no answer contains a password.</summary>
public sealed class CredentialApi(CredentialVault vault, Inventory inventory)
{
    // IPMI 2.0 §22.28: 16 bytes of user name. Redfish sets no bound; this one is ours.
    private const int MostUsernameBytes = 64;
    private const int MostPasswordBytes = 256;

    internal void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup(ApiPaths.Credentials).WithTags("credentials");
        group.MapGet("", ([AsParameters] Page page) => page.Of(vault.All, c => c.Name, Write))
            .Needs(AccessRole.Viewer)
            .WithSummary("List credentials by name, without their passwords")
            .Produces<ItemList<Contracts.Credential>>().Produces<Problem>(400);
        group.MapGet("{name}", (HttpContext http, string name) =>
                vault.Find(name) is { } credential
                    ? Answers.Versioned(http, Write(credential), credential.Version)
                    : Answers.NotFound($"there is no credential {name}"))
            .Needs(AccessRole.Viewer)
            .WithSummary("Get one credential, without its password").Produces<Contracts.Credential>().Produces<Problem>(404);
        group.MapPut("{name}", (Delegate)PutAsync)
            .Needs(AccessRole.Admin)
            .WithSummary("Create or replace a credential; without a password, the stored one is kept")
            .Accepts<Contracts.Credential>("application/json").Produces<Contracts.Credential>().Produces<Contracts.Credential>(201)
                .Produces<Problem>(412).Produces<Problem>(422);
        group.MapDelete("{name}", async (
            HttpContext http, string name, [Description("Check only; change nothing.")] bool dryRun = false) =>
                await inventory.DeleteCredentialAsync(name, Answers.Expected(http.Request), dryRun, Caller.Of(http)) is { } refusal
                    ? Answers.Refused(refusal) : Results.NoContent())
            .Needs(AccessRole.Admin)
            .WithSummary("Delete a credential that no machine uses").Produces(204).Produces<Problem>(404).Produces<Problem>(409)
                .Produces<Problem>(412);
    }

    /// <summary>The error of a password, without quoting it; null: valid.</summary>
    internal static string? PasswordMistake(string password) =>
        password.Length == 0 || System.Text.Encoding.UTF8.GetByteCount(password) > MostPasswordBytes || password.Any(char.IsControl)
            ? $"must have 1 to {MostPasswordBytes} bytes and no control character; omit it to keep the stored one"
            : null;

    private async Task<IResult> PutAsync(HttpContext http, string name, bool dryRun = false)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<Contracts.Credential>(http.Request, errors) is not { } document)
            return Answers.Invalid(errors);
        DocumentChecks.Head(document, "Credential", name, errors);
        Check(document, errors);
        if (errors.Count > 0)
            return Answers.Invalid(errors);
        var applied = await vault.PutAsync(
            name, document.Username!, document.Password is null ? null
                : new Secret(document.Password), Answers.Expected(http.Request), dryRun, Caller.Of(http));
        return applied.Refusal is { } refusal ? Answers.Refused(refusal)
            : Answers.Versioned(http, Write(applied.Document!), applied.Document!.Version, applied.Created);
    }

    /// <summary>Adds every error in the document.</summary>
    internal static void Check(Contracts.Credential document, List<ProblemError> errors)
    {
        DocumentChecks.Name(document.Name, errors);
        if (document.Username is not { Length: > 0 } username)
            errors.Add(new("/username", "is missing"));
        else if (System.Text.Encoding.UTF8.GetByteCount(username) > MostUsernameBytes || username.Any(char.IsControl)
            || username.Contains(':'))
            errors.Add(new("/username", $"must have at most {MostUsernameBytes} bytes, no control character and no colon"));
        if (document.PasswordFile is not null)
            errors.Add(new("/passwordFile", "the API expects the password; rackboot apply reads the file and sends it"));
        if (document.Password is { } password && PasswordMistake(password) is { } mistake)
            errors.Add(new("/password", mistake));
    }

    private Contracts.Credential Write(Core.Credentials.Credential credential)
    {
        var users = inventory.UsersOf(credential.Name).ToList();
        return new Contracts.Credential
        {
            Name = credential.Name,
            Username = credential.Username,
            Status = new CredentialStatus
            {
                Changed = credential.Changed,
                UsedBy = [.. users.Select(m => m.Name)],
                Rotating = credential.Rotating ? [.. users.Where(m => !vault.HasProven(credential.Name, m.Id)).Select(m => m.Name)] : null,
            },
        };
    }
}
