use crate::{
    limits,
    testing::{refused, run},
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn read(text: &str) -> Value {
    run("xml", json!({ "mode": "parse" }), json!(text)).unwrap()
}

fn written(value: Value) -> Value {
    run("xml", json!({ "mode": "format" }), value).unwrap()
}

#[test]
fn elements_become_objects() {
    let text = "\u{feff}<?xml version=\"1.0\"?><!-- x --><!DOCTYPE a>\n<a:feed xmlns:a=\"urn:a\" n='1 &amp; \"2\"'>\n <item>Größe &lt; &#252; <![CDATA[<b>]]></item>\n <item/><one><two x=\"\">t</two></one> mixed <three>  </three>\n</a:feed>\n";
    assert_eq!(
        read(text),
        json!({ "a:feed": {
            "@xmlns:a": "urn:a", "@n": "1 & \"2\"", "item": ["Größe < ü <b>", ""],
            "one": { "two": { "@x": "", "#text": "t" } }, "three": "", "#text": "mixed",
        } })
    );
    assert_eq!(read("<a/>"), json!({ "a": "" }));
    let listed = json!({ "mode": "parse", "lists": ["b", "a"], "text": "<a><b>1</b></a>" });
    assert_eq!(
        run("xml", listed, json!(null)).unwrap(),
        json!({ "a": { "b": ["1"] } })
    );
}

#[test]
fn objects_become_elements() {
    let value = json!({ "r": { "@id": 7, "b": [1, null, { "@x": "<\"", "#text": "a & b" }], "c": { "d": true } } });
    assert_eq!(
        written(value),
        r#"<?xml version="1.0" encoding="UTF-8"?><r id="7"><b>1</b><b></b><b x="&lt;&quot;">a &amp; b</b><c><d>true</d></c></r>"#
    );
}

#[test]
fn what_is_no_xml_names_the_line() {
    let refused = |text: &str| refused("xml", json!({ "mode": "parse" }), json!(text));
    for (text, part) in [
        ("<a>\n<b></a>", "line 2"),
        ("<a>", "is not closed"),
        ("<a/><b/>", "one root element"),
        ("", "one root element"),
        ("text", "one root element"),
        ("<a>&nbsp;</a>", "`&nbsp;` is no entity"),
        ("<a x=1/>", "line 1"),
        ("<a x=\"1\" x=\"2\"/>", "line 1"),
    ] {
        let (code, message) = refused(text);
        assert_eq!(code, "transform.bad_xml", "{text}");
        assert!(message.contains(part), "{text}: {message}");
    }
    assert_eq!(
        refused(&"<a>".repeat(limits::DEPTH + 1)).0,
        "transform.too_deep"
    );
    let entities = "<!DOCTYPE a [<!ENTITY b \"bbbb\">]><a>&b;</a>";
    assert!(
        refused(entities).1.contains("`&b;` is no entity"),
        "entities of a document are not read"
    );
}

#[test]
fn what_has_no_xml_is_named() {
    for bad in [
        json!({}),
        json!({ "a": 1, "b": 2 }),
        json!({ "a": [1, 2] }),
        json!("x"),
        json!({ "a b": 1 }),
        json!({ "a": { "@1": 1 } }),
        json!({ "a": "\u{1}" }),
        json!({ "": 1 }),
    ] {
        assert_eq!(
            refused("xml", json!({ "mode": "format" }), bad.clone()).0,
            "transform.no_xml",
            "{bad}"
        );
    }
    let many = json!({ "a": { "long-enough-a-name": vec![0; 100_000] } });
    assert_eq!(
        refused("xml", json!({ "mode": "format" }), many).0,
        "transform.too_large"
    );
}

proptest! {
    #[test]
    fn texts_come_back(text in "[a-zä<>&\"'\\]\\r\\n ]{0,30}", attribute in "[a<>&\"']{0,10}") {
        let value = json!({ "root": { "@a": attribute, "x": text.trim(), "y": "1" } });
        prop_assert_eq!(read(written(value.clone()).as_str().unwrap()), value);
    }

    #[test]
    fn nothing_panics(text in "[<>/a&;!\\[\\]=\"? -]{0,40}") {
        let _ = run("xml", json!({ "mode": "parse" }), json!(text));
    }
}
