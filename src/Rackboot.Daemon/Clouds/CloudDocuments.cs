using Rackboot.Cloud;
using Rackboot.Contracts;
using Rackboot.Core.Clouds;
using Rackboot.Daemon.Api;

namespace Rackboot.Daemon.Clouds;

/// <summary>Converts providers and their machines between the API's documents and the domain.</summary>
internal static class CloudDocuments
{
    private const int MostMachines = 10_000;

    /// <summary>Converts the document and adds every error in it.</summary>
    public static Core.Clouds.CloudProvider Read(Contracts.CloudProvider document, List<ProblemError> errors)
    {
        DocumentChecks.Name(document.Name, errors);
        DocumentChecks.Labels(document.Labels, errors);
        var traits = Rackboot.Cloud.Clouds.Traits(document.Provider ?? "");
        if (traits is null)
            errors.Add(new("/provider", $"{(document.Provider is null ? "is missing" : $"\"{document.Provider}\" is not known")}; allowed: "
                + string.Join(", ", Rackboot.Cloud.Clouds.All.Select(t => t.Provider).Order(StringComparer.Ordinal))));
        if (document.Credential is not { Length: > 0 })
            errors.Add(new("/credential", $"is missing; name a credential (kind: "
                + $"Credential){(traits is null ? "" : $" with {traits.Login}")}"));
        if (document.Limits?.Machines is not (>= 0 and <= MostMachines))
            errors.Add(new("/limits/machines", $"is missing or too large; set the most servers at once, 0 to "
                + $"{MostMachines:N0}"));
        Settings(document, traits, errors);
        return new Core.Clouds.CloudProvider
        {
            Name = document.Name,
            Labels = document.Labels ?? new Dictionary<string, string>(),
            Cloud = document.Provider ?? "",
            Credential = document.Credential ?? "",
            MostMachines = (int)Math.Clamp(document.Limits?.Machines ?? 0, 0, MostMachines),
            MostHourly = Price(document.Limits?.Hourly, "/limits/hourly", errors),
            BuyBelow = Price(document.BuyBelow, "/buyBelow", errors),
            Settings = document.Settings ?? new Dictionary<string, string>(),
            Factory = Factory(document.Boot?.Factory, errors),
            Image = document.Boot?.Image,
            KernelArguments = document.Boot?.KernelArguments ?? [],
        };
    }

    public static Contracts.CloudProvider Write(Core.Clouds.CloudProvider provider, CloudBook book, CloudLines lines)
    {
        var traits = Rackboot.Cloud.Clouds.Traits(provider.Cloud);
        var costing = book.PlacementsAt(provider.Name).Where(p => p.MayCost).ToList();
        return new Contracts.CloudProvider
        {
            Name = provider.Name,
            Labels = provider.Labels.Count > 0 ? provider.Labels : null,
            Provider = provider.Cloud,
            Credential = provider.Credential,
            Limits = new Contracts.CloudLimits { Machines = provider.MostMachines, Hourly = provider.MostHourly?.ToString() },
            BuyBelow = provider.BuyBelow?.ToString(),
            Settings = provider.Settings.Count > 0 ? provider.Settings : null,
            Boot = provider is { Factory: null, Image: null, KernelArguments.Count: 0 } ? null : new Contracts.CloudBoot
            {
                Factory = provider.Factory?.ToString(),
                Image = provider.Image,
                KernelArguments = provider.KernelArguments.Count > 0 ? provider.KernelArguments : null,
            },
            Status = new CloudProviderStatus
            {
                Title = traits?.Title ?? provider.Cloud,
                Machines = costing.Count,
                Hourly = [.. costing.Select(p => p.Hourly).OfType<Money>().GroupBy(m => m.Currency)
                    .Select(g => new CloudPrice(g.Sum(m => m.Amount), g.Key))],
                Routes = [.. (traits?.Routes ?? []).Select(CloudBootPlan.Word)],
                Unproven = traits?.Unproven ?? [],
                Problem = lines.Problem(provider.Name),
            },
        };
    }

    /// <summary>The place in the document; null: in the rack.</summary>
    public static Place? Read(MachinePlace? place, List<ProblemError> errors)
    {
        if (place is null)
            return null;
        if (place.Provider is not { Length: > 0 })
            errors.Add(new("/place/provider", "is missing; name a Provider document"));
        if (place.Server is { Length: > 0 })
        {
            if (place.Plan is not null || place.Location is not null)
                errors.Add(new("/place/server", "is a server that is already rented; remove plan and location"));
        }
        else
        {
            if (place.Plan is not { Length: > 0 })
                errors.Add(new("/place/plan", "is missing; see: rackboot cloud offers"));
            if (place.Location is not { Length: > 0 })
                errors.Add(new("/place/location", "is missing; see: rackboot cloud offers"));
        }

        if (place.Install is true && place.Server is not { Length: > 0 })
            errors.Add(new("/place/install", "is for a server that is already rented; a bought server always gets Talos"));
        if (place.Release is not null && place.Server is not { Length: > 0 })
            errors.Add(new("/place/release", "is for a server that is rented already; one that is bought is given back in any case"));
        return new Place(place.Provider ?? "", place.Plan, place.Location, place.Server is { Length: > 0 } server ? server : null,
            place.Install is true, place.Release is true);
    }

    public static MachinePlace? Write(Place? place) => place is null ? null : new MachinePlace
    {
        Provider = place.Provider,
        Plan = place.Plan,
        Location = place.Location,
        Server = place.Server,
        Install = place.Install ? true : null,
        Release = place.Release ? true : null,
    };

    public static CloudMachine Write(Placement placement) => new()
    {
        Machine = placement.Name,
        Provider = placement.Place.Provider,
        Plan = placement.Place.Plan,
        Location = placement.Place.Location,
        Stage = (CloudStage)placement.Stage,
        Summary = CloudWords.Of(placement),
        Waits = placement is { Approval: null, Quote: not null, Stage: PlacementStage.Planned or PlacementStage.Unsure
            or PlacementStage.Lost },
        Costs = placement.MayCost,
        Releases = placement is { MayCost: true, Stage: not (PlacementStage.Releasing or PlacementStage.Ending) }
            && (!placement.Adopted || placement.Place.Release),
        Server = placement.Server,
        Mark = placement.Mark,
        State = placement.Word.Length > 0 ? placement.Word : null,
        Addresses = placement.Addresses.Count > 0 ? [.. placement.Addresses.Select(a => a.ToString())] : null,
        Hourly = Write(placement.MayCost ? placement.Hourly : placement.Quote?.Hourly),
        Setup = Write(placement.Quote?.Setup),
        ApprovedBy = placement.Approval?.By,
        Problem = placement.Problem,
        Since = placement.Since,
        Ends = placement.Ends,
    };

    public static Contracts.CloudOffer Write(Core.Clouds.CloudProvider provider, Rackboot.Cloud.CloudOffer offer, DateTimeOffset read) =>
        new()
    {
        Provider = provider.Name,
        Plan = offer.Plan,
        Title = offer.Title,
        Location = offer.Location,
        Place = offer.Place,
        Cpu = offer.Cpu,
        Cores = offer.Cores,
        MemoryGiB = offer.MemoryGiB,
        Disks = offer.Disks,
        Gpu = offer.Gpu,
        Gpus = offer.Gpus,
        Network = offer.Network,
        Architecture = offer.Architecture,
        Hourly = Write(offer.Hourly),
        Monthly = Write(offer.Monthly),
        Setup = Write(offer.Setup),
        Stock = (Contracts.CloudStock)offer.Stock,
        Route = Route(provider),
        Read = read,
    };

    public static CloudPrice? Write(Money? money) => money is { } m ? new CloudPrice(m.Amount, m.Currency) : null;

    private static string? Route(Core.Clouds.CloudProvider provider) =>
        Rackboot.Cloud.Clouds.Traits(provider.Cloud) is { Creates: true, Routes: [var first, ..] } traits
            ? CloudBootPlan.Word(provider.Image is not null && traits.Routes.Contains(CloudRoute.CatalogueImage)
                ? CloudRoute.CatalogueImage : first)
            : null;

    private static void Settings(Contracts.CloudProvider document, CloudTraits? traits, List<ProblemError> errors)
    {
        var given = document.Settings ?? new Dictionary<string, string>();
        foreach (var setting in (traits?.Settings ?? []).Where(s => s.Required && given.GetValueOrDefault(s.Name) is not { Length: > 0 }))
            errors.Add(new($"/settings/{setting.Name}", $"is missing: {setting.What}"));
        foreach (var name in given.Keys.Where(name => traits is not null && name != "endpoint" && !traits.Settings.Any(s =>
            s.Name == name)))
            errors.Add(new($"/settings/{name}", $"{traits!.Title} has no such setting; allowed: "
                + string.Join(", ", traits.Settings.Select(s => s.Name).Append("endpoint"))));
        // Every request sends a token there.
        if (given.GetValueOrDefault("endpoint") is { } endpoint && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var url)
            && url.UserInfo.Length == 0 && (url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback))))
            errors.Add(new("/settings/endpoint", "is not an https URL (http is allowed for this host only)"));
    }

    private static Money? Price(string? text, string path, List<ProblemError> errors)
    {
        if (text is null)
            return null;
        if (Money.TryParse(text, out var money))
            return money;
        errors.Add(new(path, $"\"{text}\" is not a price; allowed: an amount and a currency, like 40 USD"));
        return null;
    }

    private static Uri? Factory(string? text, List<ProblemError> errors)
    {
        if (text is null)
            return null;
        if (Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            && url.UserInfo.Length == 0
            && url.Query.Length == 0)
            return url;
        errors.Add(new("/boot/factory", "is not an http or https URL without user, password and query"));
        return null;
    }
}
