namespace Rackboot.Tests;

/// <summary>A page of docs/ that a program writes.</summary>
internal static class CommittedPage
{
    /// <summary>Fails when the committed page differs from <paramref name="text"/>. With RACKBOOT_WRITE_REFERENCE=1 (<c>make
    /// reference</c>) writes it.</summary>
    public static void IsCurrent(string path, string text)
    {
        var file = Path.Combine(Root, path);
        if (Environment.GetEnvironmentVariable("RACKBOOT_WRITE_REFERENCE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        Assert.True(File.Exists(file), $"{path} is missing; write it: make reference");
        var differing = File.ReadAllText(file).Split('\n').Zip(text.Split('\n')).FirstOrDefault(l => l.First != l.Second);
        Assert.True(File.ReadAllText(file) == text,
            $"{path} differs from what the code says; renew it: make reference\n- {differing.First}\n+ {differing.Second}");
    }

    /// <summary>The directory of the project.</summary>
    public static string Root
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(directory!.FullName, "Appliance.sln")))
                directory = directory.Parent;
            return directory.FullName;
        }
    }
}
