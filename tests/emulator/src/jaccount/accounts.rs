//! The accounts there are, one of each type that is documented, and what the API says of them.

use serde_json::{Map, Value, json};

use super::state::Grant;

/// The password of every account.
const PASSWORD: &str = "passw0rd!";

/// A jAccount.
#[derive(Debug)]
pub(super) struct Account {
    /// The name to sign in with.
    pub(super) name: &'static str,
    guid: &'static str,
    pub(super) real_name: &'static str,
    pub(super) user_type: &'static str,
    /// The number of the student or member of staff; alumni have none here.
    pub(super) code: &'static str,
}

static ACCOUNTS: [Account; 3] = [
    Account {
        name: "student",
        guid: "6d2f0d4e-0d5c-4b53-9d0e-5a3c1f2b7a01",
        real_name: "张三",
        user_type: "student",
        code: "519021910001",
    },
    Account {
        name: "faculty",
        guid: "6d2f0d4e-0d5c-4b53-9d0e-5a3c1f2b7a02",
        real_name: "李四",
        user_type: "faculty",
        code: "12345",
    },
    Account {
        name: "alumni",
        guid: "6d2f0d4e-0d5c-4b53-9d0e-5a3c1f2b7a03",
        real_name: "王五",
        user_type: "alumni",
        code: "",
    },
];

pub(super) fn find(name: &str, password: &str) -> Option<&'static Account> {
    let account = ACCOUNTS.iter().find(|account| account.name == name)?;
    (password == PASSWORD).then_some(account)
}

/// The members of a profile, and the scopes that each comes with. Those up to `gender` are
/// documented so.
pub(super) fn profile(grant: &Grant) -> Option<Value> {
    const BASIC: &[&str] = &["basic", "essential", "profile", "privacy"];
    const ESSENTIAL: &[&str] = &["essential", "profile", "privacy"];
    const PROFILE: &[&str] = &["profile", "privacy"];
    const PRIVACY: &[&str] = &["privacy"];

    let account = grant.account;
    let is_student = account.user_type == "student";
    let organize = json!({ "id": "03000", "name": "电子信息与电气工程学院" });
    let class_no = if is_student { json!("F1903001") } else { Value::Null };
    let birthday = match is_student {
        true => json!({ "birthYear": "2001", "birthMonth": "2", "birthDay": "28" }),
        false => json!(63_072_000_000_i64),
    };
    let members = [
        ("id", BASIC, json!(account.guid)),
        ("account", BASIC, json!(account.name)),
        ("name", BASIC, json!(account.real_name)),
        ("kind", BASIC, json!("canvas.profile")),
        ("code", ESSENTIAL, json!(account.code)),
        ("userType", ESSENTIAL, json!(account.user_type)),
        ("organize", ESSENTIAL, organize.clone()),
        ("topOrganize", ESSENTIAL, organize.clone()),
        ("classNo", PROFILE, class_no.clone()),
        ("avatars", PRIVACY, avatars(account)),
        ("birthday", PRIVACY, birthday),
        ("gender", PROFILE, json!("male")),
        ("email", PROFILE, json!(format!("{}@sjtu.edu.cn", account.name))),
        ("timeZone", PROFILE, json!(8)),
        ("mobile", PRIVACY, json!("13800000000")),
        ("identities", PROFILE, json!([identity(account, &organize, &class_no)])),
        ("cardNo", PRIVACY, json!("310101200102280000")),
        ("cardType", PRIVACY, json!("01")),
        ("unionId", PRIVACY, json!(format!("union-{}", account.name))),
        ("accountPhotoUrl", PRIVACY, json!("https://photo.example/account.jpg")),
    ];
    let granted = |scopes: &[&str]| scopes.iter().any(|scope| grant.has(scope));
    let members: Map<String, Value> = members
        .into_iter()
        .filter(|(_, scopes, _)| granted(scopes))
        .map(|(name, _, value)| (name.to_owned(), value))
        .collect();
    (!members.is_empty()).then_some(Value::Object(members))
}

fn avatars(account: &Account) -> Value {
    let uri = |size| format!("https://photo.example/{}/{size}.jpg", account.name);
    json!({ "uriTiny": uri("tiny"), "uriNormal": uri("normal"), "uriLarge": uri("large") })
}

fn identity(account: &Account, organize: &Value, class_no: &Value) -> Value {
    let mut identity = json!({
        "kind": "canvas.identity",
        "isDefault": true,
        "code": account.code,
        "userType": account.user_type,
        "userTypeName": match account.user_type {
            "student" => "学生",
            "faculty" => "教职工",
            _ => "校友",
        },
        "organize": organize,
        "topOrganize": organize,
        "mgtOrganize": organize,
        "topMgtOrganize": organize,
        "status": "正常",
        "expireDate": "2030-06-30",
        "createDate": 1_567_296_000_000_i64,
        "updateDate": 1_567_296_000_000_i64,
        "classNo": class_no,
        "gjm": "156",
        "photoUrl": Value::Null,
    });
    if account.user_type == "student" {
        identity["major"] = json!({ "id": "080901", "name": "计算机科学与技术" });
        identity["admissionDate"] = json!("2019-09");
        identity["graduateDate"] = json!("2023-06");
        identity["trainLevel"] = json!("本科");
        identity["type"] = json!({ "id": "010", "name": "本科生" });
    }
    identity
}

/// A student's lessons; others have none.
pub(super) fn lessons(account: &Account) -> Vec<Value> {
    if account.user_type != "student" {
        return Vec::new();
    }
    let class = |week: u32, day: u32, period: u32| {
        json!({
            "schedule": {
                "kind": "canvas.lessonSchedule",
                "week": week, "day": day, "period": period,
                "start": "08:00", "finish": "08:45",
            },
            "classroom": { "name": "东上院100", "kind": "canvas.classroom" },
        })
    };
    let lesson = |bsid: &str, code: &str, name: &str, credits: f64, classes: Vec<Value>| {
        json!({
            "name": format!("{name}-1"),
            "kind": "canvas.lesson",
            "bsid": bsid,
            "code": format!("{code}-1"),
            "course": { "code": code, "name": name, "kind": "canvas.course" },
            "teachers": [{ "name": "李四", "kind": "canvas.teacher" }],
            "organize": { "id": "07100", "name": "数学科学学院" },
            "hours": 64,
            "credits": credits,
            "classes": classes,
        })
    };
    vec![
        lesson("364301", "MA001", "高等数学", 4.0, vec![class(0, 0, 0), class(0, 2, 0)]),
        lesson("364302", "PE001", "体育", 0.5, Vec::new()),
    ]
}
