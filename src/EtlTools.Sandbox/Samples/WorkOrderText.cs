using System.Globalization;

namespace EtlTools.Sandbox.Samples;

/// <summary>What technicians write, put together from phrases; some rows hold what breaks careless CSV and COPY code.</summary>
internal static class WorkOrderText
{
    /// <summary>Quotes, tab, line ends, backslashes, COPY's own markers, emoji, characters beyond the basic plane, combining marks, odd spaces.</summary>
    private static readonly string[] Awkward =
    [
        "Display shows \"E-17\", then \"E-17\" again.", "Log copied from C:\\service\\log\\new.txt\\", "col A\tcol B\tcol C", "line one\nline two\n\nline four",
        "first\r\nsecond\r\n", "\\N", "\\.", "it's the customer's wording: 'won''t start'", "⚠️ urgent 🩺 ICU", "患者姓名栏为空，𠮷野工程师组跟进", "e\u0301clair vs éclair",
        "  leading and trailing  ", "a,b;c|d", "NULL", "null", "{\"code\": \"E-17\", \"note\": \"\\u00e9\"}", "<b>bold</b> & more", "100 % ± 5 µm ≤ 37.5 °C", "\uFEFFmarked", "‏אזהרה‎",
    ];

    private static readonly string[] SymptomEn =
    [
        "Unit does not power on after the scheduled restart", "Image shows horizontal banding in every second slice", "Pressure alarm sounds although tubing is free",
        "Touch screen reacts only in the lower left quarter", "Helium level dropped below the warning limit overnight", "Battery lasts about nine minutes instead of forty",
        "Table stops 3 cm before the end position", "Network export to the archive fails with a timeout", "Fan noise increased noticeably since last week", "Probe is warm after a few minutes of use",
    ];

    private static readonly string[] ActionEn =
    [
        "Replaced the power supply board and checked all three rails", "Cleaned the contacts and seated the connector again", "Recalibrated according to the service manual, chapter 7",
        "Updated the firmware and restored the site settings", "Exchanged the flow sensor, old part returned for analysis", "Advised the operator, no fault could be reproduced",
        "Ordered the part; temporary workaround agreed with the department", "Tightened the mounting screws to the specified torque",
    ];

    private static readonly string[] ResultEn =
    [
        "Function test passed, unit handed over to the ward.", "Acceptance test passed with all values in range.", "Problem remains, second visit planned.", "Monitoring for one week, then close.",
        "No patient was involved.", "Device stays out of service until the part arrives.",
    ];

    private static readonly string[] SymptomZh =
    [
        "设备重启后无法开机，面板指示灯不亮", "图像每隔一层出现横向条纹，影响诊断", "管路通畅但持续发出压力报警", "触摸屏仅左下角有反应", "夜间液氦液位降至报警线以下", "电池仅能维持约九分钟",
        "检查床在距终点三厘米处停止", "向影像归档系统传输超时失败", "上周起风扇噪音明显增大", "探头使用数分钟后发热",
    ];

    private static readonly string[] ActionZh =
    [
        "更换电源板并检查三路电压", "清洁触点并重新插接连接器", "按照维修手册第七章重新校准", "升级固件并恢复现场参数", "更换流量传感器，旧件寄回分析", "已向操作人员说明，未能复现故障", "已订购备件，与科室商定临时方案", "按规定扭矩紧固安装螺钉",
    ];

    private static readonly string[] ResultZh =
        ["功能测试通过，设备交还病区。", "验收测试合格，各项数值均在范围内。", "问题仍存在，计划第二次上门。", "观察一周后结案。", "未涉及患者。", "备件到货前设备停用。"];

    public static string? Short(ref SampleRandom random, string country, string material)
    {
        var kind = random.Below(1000);
        return kind switch
        {
            < 30 => null,
            < 50 => "",
            < 60 => random.Pick(Awkward),
            _ => $"{material}: {random.Pick(IsChinese(ref random, country) ? SymptomZh : SymptomEn)}",
        };
    }

    public static string? Long(ref SampleRandom random, string country, string material)
    {
        var kind = random.Below(1000);
        if (kind < 10)
            return null;
        if (kind < 20)
            return "";

        var text = kind switch
        {
            // Written by two shifts in two languages.
            < 150 => Chinese(ref random, material) + English(ref random, material),
            _ => IsChinese(ref random, country) ? Chinese(ref random, material) : English(ref random, material),
        };
        return random.PerMille(30) ? text + random.Pick(Awkward) : text;
    }

    public static string FollowUp(ref SampleRandom random) => random.PerMille(500)
        ? $"\n补充：{random.Pick(ActionZh)}。{random.Pick(ResultZh)}"
        : $"\nFollow-up: {random.Pick(ActionEn)}. {random.Pick(ResultEn)}";

    private static bool IsChinese(ref SampleRandom random, string country) => random.PerMille(country == "CN" ? 850 : 30);

    private static string English(ref SampleRandom random, string material) => string.Create(CultureInfo.InvariantCulture,
        $"{random.Pick(SymptomEn)}. Seen on {material} at {random.Below(24):D2}:{random.Below(60):D2}, error code E-{random.Below(100):D2}. {random.Pick(ActionEn)}. {random.Pick(ResultEn)} ");

    private static string Chinese(ref SampleRandom random, string material) => string.Create(CultureInfo.InvariantCulture,
        $"{random.Pick(SymptomZh)}。机型{material}，故障代码E-{random.Below(100):D2}，使用时长{random.Below(20_000)}小时。{random.Pick(ActionZh)}。{random.Pick(ResultZh)}");
}
