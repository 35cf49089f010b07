//! Pages of listings that are well-formed and wrong.

/// Says that there is more, and not where it goes on.
pub(crate) fn without_token(page: &str) -> String {
    let more = replaced(page, "IsTruncated", |_| "true".to_owned());
    replaced(&more, "NextContinuationToken", |_| String::new())
}

/// Gives the token by which it was asked for.
pub(crate) fn same_token(page: &str) -> String {
    let Some(token) = element(page, "ContinuationToken") else { return page.to_owned() };
    let bare = replaced(page, "NextContinuationToken", |_| token.to_owned());
    let more = replaced(&bare, "IsTruncated", |_| "true".to_owned());
    if element(page, "NextContinuationToken").is_some() {
        return more;
    }
    let next = format!("<NextContinuationToken>{token}</NextContinuationToken></ListBucketResult>");
    more.replace("</ListBucketResult>", &next)
}

/// Says that there is more behind this token, and nothing else.
pub(super) fn empty_before(token: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult><KeyCount>0</KeyCount>\
         <IsTruncated>true</IsTruncated><NextContinuationToken>{token}</NextContinuationToken>\
         </ListBucketResult>"
    )
}

/// Has lost its objects, and says how many they were.
pub(crate) fn lost(page: &str) -> String {
    with_contents(page, "")
}

/// Has lost one object, and says how many they were.
pub(crate) fn without_one(page: &str) -> String {
    let mut contents = contents(page);
    contents.pop();
    with_contents(page, &contents.concat())
}

/// Does not say whether there is more.
pub(crate) fn silent_on_more(page: &str) -> String {
    page.replace("IsTruncated", "IsTrumpeted")
}

/// Says that there is no more.
pub(crate) fn ended(page: &str) -> String {
    replaced(page, "IsTruncated", |_| "false".to_owned())
}

/// The second object comes twice.
pub(crate) fn repeated(page: &str) -> String {
    let mut contents = contents(page);
    if let Some(&second) = contents.get(1) {
        contents.push(second);
    }
    with_contents(page, &contents.concat())
}

/// The revision link of an image that has no tag has another digit in its key.
pub(crate) fn renamed(page: &str) -> String {
    let image = "odd/untagged/_manifests/revisions/sha256/";
    // Servers may escape the slashes.
    let escaped = image.replace('/', "%2F");
    let end = [image, &escaped].iter().find_map(|key| Some(page.find(*key)? + key.len()));
    let Some(end) = end else { return page.to_owned() };
    let digit = if &page[end..=end] == "0" { "1" } else { "0" };
    format!("{}{digit}{}", &page[..end], &page[end + 1..])
}

/// The first object, a blob, is one byte longer.
pub(crate) fn resized(page: &str) -> String {
    let longer =
        |size: &str| size.parse().map_or(size.to_owned(), |size: u64| (size + 1).to_string());
    replaced(page, "Size", longer)
}

/// In the opposite order.
pub(crate) fn backwards(page: &str) -> String {
    let mut contents = contents(page);
    contents.reverse();
    with_contents(page, &contents.concat())
}

/// No object has an `ETag`, so that every link has to be read.
pub(crate) fn without_etags(page: &str) -> String {
    let parts =
        contents(page).into_iter().map(|object| replaced(object, "ETag", |_| String::new()));
    with_contents(page, &parts.collect::<String>())
}

const BEGIN: &str = "<Contents>";
const END: &str = "</Contents>";

/// Every object of the page, with its tags.
fn contents(page: &str) -> Vec<&str> {
    let ends = page.match_indices(END).map(|(at, _)| at + END.len());
    page.match_indices(BEGIN).zip(ends).map(|((from, _), to)| &page[from..to]).collect()
}

fn with_contents(page: &str, contents: &str) -> String {
    match (page.find(BEGIN), page.rfind(END)) {
        (Some(from), Some(to)) => format!("{}{contents}{}", &page[..from], &page[to + END.len()..]),
        _ => page.to_owned(),
    }
}

fn element<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    Some(text)
}

/// The page with another text in its first element of that name.
fn replaced(page: &str, name: &str, text: impl Fn(&str) -> String) -> String {
    match element(page, name) {
        Some(old) => page.replacen(
            &format!("<{name}>{old}</{name}>"),
            &format!("<{name}>{}</{name}>", text(old)),
            1,
        ),
        None => page.to_owned(),
    }
}
