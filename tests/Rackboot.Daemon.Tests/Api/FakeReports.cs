using Rackboot.Core;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Firmware;
using Rackboot.Core.Power.Reports;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>A BMC that tells a little of everything but firmware.</summary>
internal sealed class FakeReports : IBmcReports
{
    private Uri? _image;

    public bool LogCleared { get; private set; }

    public Task<IReadOnlyList<BmcFact>> InfoAsync(CancellationToken cancel) => Of(new BmcFact("bmc", "firmware", "1.0"));

    public Task<IReadOnlyList<BmcSensor>> SensorsAsync(CancellationToken cancel) =>
        Of(new BmcSensor("Temp", 45.5, "°C", BmcSeverity.Warning, null));

    public Task<IReadOnlyList<BmcLogEntry>> LogAsync(int most, CancellationToken cancel) =>
        Of(new BmcLogEntry("1", null, BmcSeverity.Critical, "power lost"));

    public Task ClearLogAsync(CancellationToken cancel)
    {
        LogCleared = true;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<BmcFact>> PartsAsync(CancellationToken cancel) => Of(new BmcFact("board", "product", "X11"));

    public Task<IReadOnlyList<BmcMediaSlot>> MediaAsync(CancellationToken cancel) =>
        Of(new BmcMediaSlot("CD", "CD", _image is not null, _image?.ToString()));

    public Task InsertMediaAsync(Uri image, CancellationToken cancel)
    {
        _image = image;
        return Task.CompletedTask;
    }

    public Task EjectMediaAsync(CancellationToken cancel)
    {
        _image = null;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<BmcFirmware>> FirmwareAsync(CancellationToken cancel) =>
        throw new PowerException(PowerFailure.NotSupported, "this BMC lists no firmware");

    /// <summary>What was installed: a URL, or a file with its bytes.</summary>
    public List<string> Installed { get; } = [];

    public async Task<string> UpdateAsync(FirmwareImage image, Action<string> progress, CancellationToken cancel)
    {
        progress("installing 50 %: Running");
        Installed.Add(image.Path is null ? image.Url.AbsoluteUri : $"{image.Name}: {await File.ReadAllTextAsync(image.Path, cancel)}");
        return image.Name == "bad.bin"
            ? throw new PowerException(PowerFailure.Refused, "the file is for another model")
            : $"{image.Name} is installed";
    }

    public Task ChangePasswordAsync(Secret next, CancellationToken cancel) => Task.CompletedTask;

    private static Task<IReadOnlyList<T>> Of<T>(T one) => Task.FromResult<IReadOnlyList<T>>([one]);
}
