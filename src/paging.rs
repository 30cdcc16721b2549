//! Lists that fetch their pages when they are read.

use std::fmt;
use std::sync::Arc;
use std::vec;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Items on a page unless [`List::page_size`] says otherwise; the service's own default is 10.
const PAGE_SIZE: u32 = 50;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// How many items the whole list has.
    #[serde(rename = "totalCount", alias = "total")]
    pub total: u64,
    /// The items of this page.
    #[serde(rename = "list")]
    pub items: Vec<T>,
}

/// A list without items.
impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { total: 0, items: Vec::new() }
    }
}

/// A list on the server. Nothing is sent before it is read.
///
/// Iterating over it fetches page after page and gives every item once, in the server's order, in
/// constant memory; the first error ends it. [`page`](Self::page) fetches one page alone.
///
/// The server counts its pages anew for each: what is added or deleted while you iterate shifts the
/// rest, so that items can be missed or come twice. Collect a list before you delete from it.
///
/// ```no_run
/// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
/// for user in admin.users().list().page_size(100) {
///     println!("{}", user?.id);
/// }
/// let total = admin.users().list().page(1)?.total;
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone)]
pub struct List<T> {
    fetch: Arc<Fetch<T>>,
    page_size: u32,
}

/// Fetches the page of a number, from 1, and a size.
type Fetch<T> = dyn Fn(u32, u32) -> Result<Page<T>> + Send + Sync;

impl<T> List<T> {
    pub(crate) fn new(fetch: impl Fn(u32, u32) -> Result<Page<T>> + Send + Sync + 'static) -> Self {
        Self { fetch: Arc::new(fetch), page_size: PAGE_SIZE }
    }

    /// How many items are fetched at once, from 1. Defaults to 50. The server may have a limit of
    /// its own; nothing is lost then.
    pub fn page_size(mut self, page_size: u32) -> Self {
        self.page_size = page_size;
        self
    }

    /// Fetches one page; the first is number 1. A page beyond the last has no items.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a page or a page size of 0, and whatever
    /// goes wrong with fetching.
    pub fn page(&self, number: u32) -> Result<Page<T>> {
        if number == 0 || self.page_size == 0 {
            return Err(Error::usage("pages and page sizes start from 1"));
        }
        (self.fetch)(number, self.page_size)
    }

    /// Iterates over all items, fetching pages as needed.
    pub fn iter(&self) -> Items<T> {
        Items {
            list: Self { fetch: self.fetch.clone(), page_size: self.page_size },
            page: Vec::new().into_iter(),
            next_page: Some(1),
            seen: 0,
        }
    }
}

impl<T> IntoIterator for List<T> {
    type Item = Result<T>;
    type IntoIter = Items<T>;

    fn into_iter(self) -> Items<T> {
        self.iter()
    }
}

impl<T> IntoIterator for &List<T> {
    type Item = Result<T>;
    type IntoIter = Items<T>;

    fn into_iter(self) -> Items<T> {
        self.iter()
    }
}

impl<T> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List").field("page_size", &self.page_size).finish_non_exhaustive()
    }
}

/// The items of a [`List`], over all its pages.
pub struct Items<T> {
    list: List<T>,
    page: vec::IntoIter<T>,
    /// None after the last page or an error.
    next_page: Option<u32>,
    seen: u64,
}

impl<T> Iterator for Items<T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(item) = self.page.next() {
            return Some(Ok(item));
        }
        let number = self.next_page.take()?;
        let Page { total, items } = match self.list.page(number) {
            Ok(page) => page,
            Err(error) => return Some(Err(error)),
        };
        self.seen += items.len() as u64;
        // A server that gives fewer items than asked for has a limit of its own and is not at the
        // end; only the total, or a page without items, says so.
        if !items.is_empty() && self.seen < total {
            self.next_page = number.checked_add(1);
        }
        self.page = items.into_iter();
        self.page.next().map(Ok)
    }
}

impl<T> std::iter::FusedIterator for Items<T> {}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("seen", &self.seen).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::error::ErrorKind;

    /// A server with `total` numbers that gives at most `most` at once.
    fn numbers(total: u32, most: u32) -> (List<u32>, Arc<Mutex<Vec<u32>>>) {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = asked.clone();
        let list = List::new(move |number, size| {
            log.lock().unwrap().push(number);
            let size = size.min(most);
            let items = ((number - 1) * size..total.min(number * size)).collect();
            Ok(Page { total: total.into(), items })
        });
        (list, asked)
    }

    #[test]
    fn every_item_comes_once_and_no_page_too_many_is_asked_for() {
        for (total, size, most, pages) in
            [(0, 3, 9, 1), (2, 3, 9, 1), (3, 3, 9, 1), (7, 3, 9, 3), (7, 9, 2, 4), (1, 1, 1, 1)]
        {
            let (list, asked) = numbers(total, most);
            let items: Vec<u32> = list.page_size(size).iter().map(Result::unwrap).collect();
            assert_eq!(items, (0..total).collect::<Vec<_>>());
            assert_eq!(asked.lock().unwrap().len(), pages, "{total} in pages of {size}");
        }
    }

    #[test]
    fn nothing_is_fetched_before_it_is_read_and_no_more_than_is_read() {
        let (list, asked) = numbers(100, 100);
        let mut items = list.page_size(10).into_iter();
        assert!(asked.lock().unwrap().is_empty());
        items.by_ref().take(11).for_each(drop);
        assert_eq!(*asked.lock().unwrap(), [1, 2]);
    }

    #[test]
    fn a_page_without_items_ends_the_list_whatever_the_total_says() {
        let list = List::<u32>::new(|number, _| {
            assert!(number <= 2, "asked for page {number}");
            Ok(Page { total: 9, items: if number == 1 { vec![1] } else { vec![] } })
        });
        let mut items = list.iter();
        assert_eq!(items.by_ref().map(Result::unwrap).collect::<Vec<_>>(), [1]);
        assert!(items.next().is_none(), "and is not taken up again");
    }

    #[test]
    fn an_error_ends_the_list() {
        let list = List::<u32>::new(|number, _| match number {
            1 => Ok(Page { total: 9, items: vec![1] }),
            _ => Err(Error::usage("no")),
        });
        let mut items = list.iter();
        assert_eq!(items.next().unwrap().unwrap(), 1);
        assert!(items.next().unwrap().is_err());
        assert!(items.next().is_none() && items.next().is_none());
    }

    #[test]
    fn page_zero_is_refused_before_anything_is_sent() {
        let (list, asked) = numbers(9, 9);
        assert_eq!(list.page(0).unwrap_err().kind(), ErrorKind::Usage);
        assert_eq!(list.clone().page_size(0).page(1).unwrap_err().kind(), ErrorKind::Usage);
        assert!(list.page_size(0).iter().next().unwrap().is_err());
        assert!(asked.lock().unwrap().is_empty());
    }
}
