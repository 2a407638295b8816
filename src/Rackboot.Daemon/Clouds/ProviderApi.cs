using Rackboot.Contracts;
using Rackboot.Core.Clouds;
using Rackboot.Core.Credentials;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Clouds;

/// <summary>Providers: accounts and their limits.</summary>
internal sealed class ProviderApi(CloudBook book, CloudLines lines, CredentialVault credentials)
{
    internal void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup(ApiPaths.Providers).WithTags("providers");
        group.MapGet("", ([AsParameters] Page page) => page.Of(book.Providers, p => p.Name, Write))
            .Needs(AccessRole.Viewer)
            .WithSummary("List providers of servers by "
                + "names").Produces<ItemList<Contracts.CloudProvider>>().Produces<Problem>(400);
        group.MapGet("{name}", (HttpContext http, string name) =>
                book.Find(name) is { } provider ? Answers.Versioned(http, Write(provider), provider.Version) : Missing(name))
            .Needs(AccessRole.Viewer)
            .WithSummary("Get one provider and its status").Produces<Contracts.CloudProvider>().Produces<Problem>(404);
        group.MapPut("{name}", (Delegate)PutAsync).Needs(AccessRole.Admin)
            .WithSummary("Create or replace a provider; this buys nothing")
            .Accepts<Contracts.CloudProvider>("application/json").Produces<Contracts.CloudProvider>().Produces<Contracts.CloudProvider>(201)
            .Produces<Problem>(409).Produces<Problem>(412).Produces<Problem>(422);
        group.MapDelete("{name}", async (HttpContext http, string name) =>
                await book.DeleteAsync(name, Answers.Expected(http.Request)) is { } refusal ? Answers.Refused(refusal)
                    : Results.NoContent())
            .Needs(AccessRole.Admin)
            .WithSummary("Delete a provider that has no machines").Produces(204).Produces<Problem>(404).Produces<Problem>(409);
    }

    private async Task<IResult> PutAsync(HttpContext http, string name, bool dryRun = false)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<Contracts.CloudProvider>(http.Request, errors) is not { } document)
            return Answers.Invalid(errors);
        DocumentChecks.Head(document, "Provider", name, errors);
        var provider = CloudDocuments.Read(document, errors);
        // The same apply may contain it.
        if (errors.Count == 0 && !dryRun && credentials.Find(provider.Credential) is null)
            errors.Add(new("/credential", $"there is no credential {provider.Credential}; apply it first"));
        if (errors.Count > 0)
            return Answers.Invalid(errors);
        var applied = await book.PutAsync(provider, Answers.Expected(http.Request), dryRun);
        return applied.Refusal is { } refusal
            ? Answers.Refused(refusal)
            : Answers.Versioned(http, Write(applied.Document!), applied.Document!.Version, applied.Created);
    }

    private Contracts.CloudProvider Write(Core.Clouds.CloudProvider provider) => CloudDocuments.Write(provider, book, lines);

    private static IResult Missing(string name) => Answers.NotFound($"there is no provider {name}");
}
