// DG11 and DG12 are tables: one row a detail, for reading, writing and showing. Not part of the room's promise.
#pragma once

#include <span>
#include <variant>

#include "cicada/host/lds/ef.h"
#include "detail_values.h"
#include "notes.h"

namespace cicada::host::lds {

template <typename Group>
using DetailPlace = std::variant<std::optional<std::string> Group::*, std::optional<DetailDate> Group::*,
                                 std::optional<base::Bytes> Group::*, std::vector<std::string> Group::*>;

/// One detail: its tag (of a name inside A0 for lists of names), what to call it, where it goes.
template <typename Group>
struct DetailRow {
  asn1::Tag tag;
  std::string_view label;
  DetailPlace<Group> place;
  std::size_t digits = kDayDigits;  ///< of a date
};

/// One group: its file, the prefix of its deviations, its rows in the standard's order.
template <typename Group>
struct DetailTable {
  Ef ef;
  std::string_view prefix;
  std::span<const DetailRow<Group>> rows;
  asn1::Tag names;  ///< tag of the names inside A0; 0 when the group has none
};

/// How a value is read into its place; false when the object is not of the form that belongs there.
template <typename Group>
class DetailReader {
 public:
  DetailReader(Group& group, const DetailRow<Group>& row, base::ByteView value, const DetailNotes& notes)
      : group_(group), row_(row), value_(value), notes_(notes) {}

  base::Result<bool> operator()(std::optional<std::string> Group::* place) const {
    if (group_.*place) return twice();
    group_.*place = read_text(value_, notes_);
    return true;
  }
  base::Result<bool> operator()(std::optional<base::Bytes> Group::* place) const {
    if (group_.*place) return twice();
    if (value_.empty()) notes_.add("empty-object");
    group_.*place = base::to_bytes(value_);
    return true;
  }
  base::Result<bool> operator()(std::optional<DetailDate> Group::* place) const {
    if (group_.*place) return twice();
    group_.*place = read_date(value_, row_.digits);
    if (!(group_.*place)) notes_.add("date-form");
    return (group_.*place).has_value();
  }
  base::Result<bool> operator()(std::vector<std::string> Group::* place) const {
    notes_.add("names-unwrapped");
    CICADA_CHECK(add_name(value_, group_.*place, notes_));
    return true;
  }

 private:
  base::Result<bool> twice() const {
    notes_.add("object-twice");
    return false;
  }
  Group& group_;
  const DetailRow<Group>& row_;
  base::ByteView value_;
  const DetailNotes& notes_;
};

template <typename Group>
std::vector<std::string> Group::* place_of_names(const DetailTable<Group>& table) {
  for (const auto& row : table.rows) {
    if (row.tag == table.names) return std::get<std::vector<std::string> Group::*>(row.place);
  }
  return nullptr;
}

/// Reads one object of the group; false when it is not a detail that we know, or not in its form.
template <typename Group>
base::Result<bool> read_detail(const asn1::Tlv& object, const DetailTable<Group>& table, Group& group,
                               const DetailNotes& notes) {
  if (object.tag == kDetailNames && table.names != 0) {
    return read_names(object.value, table.names, group.*place_of_names(table), notes);
  }
  for (const auto& row : table.rows) {
    if (row.tag != object.tag) continue;
    return std::visit(DetailReader<Group>{group, row, object.value, notes}, row.place);
  }
  return false;
}

template <typename Group>
base::Result<Group> parse_details(base::ByteView file, const DetailTable<Group>& table) {
  CICADA_TRY(const auto outer, asn1::read_only(file, info(table.ef).tag));
  CICADA_TRY(const auto objects, asn1::read_all(outer.value));
  Group group;
  const DetailNotes notes{table.prefix, group.deviations};
  std::vector<std::uint32_t> present;
  bool has_list = false;
  for (const auto& object : objects) {
    if (object.tag == kDetailTagList && !has_list) {
      has_list = true;
      group.listed = read_tag_list(object.value, notes);
      continue;
    }
    present.push_back(object.tag);
    CICADA_TRY(const bool known, read_detail(object, table, group, notes));
    if (!known) keep(group.unknown, object);
  }
  if (!has_list) notes.add("no-tag-list");
  if (has_list) compare_tag_list(group.listed, present, table.names, notes);
  return group;
}

/// The object of one row; nothing when the detail is absent.
template <typename Group>
base::Result<std::optional<base::Bytes>> write_detail(const Group& group, const DetailRow<Group>& row) {
  std::optional<base::Bytes> value;
  auto tag = row.tag;
  if (const auto* text = std::get_if<std::optional<std::string> Group::*>(&row.place)) {
    if (group.*(*text)) value = base::to_bytes(base::as_bytes(*(group.*(*text))));
  } else if (const auto* octets = std::get_if<std::optional<base::Bytes> Group::*>(&row.place)) {
    value = group.*(*octets);
  } else if (const auto* date = std::get_if<std::optional<DetailDate> Group::*>(&row.place)) {
    if (group.*(*date)) {
      CICADA_TRY(value, write_date(*(group.*(*date)), row.digits));
    }
  } else {
    const auto& names = group.*std::get<std::vector<std::string> Group::*>(row.place);
    if (!names.empty()) {
      CICADA_TRY(value, write_names(row.tag, names));
    }
    tag = kDetailNames;
  }
  if (!value) return std::nullopt;
  return asn1::encode_tlv(tag, *value);
}

template <typename Group>
base::Result<base::Bytes> build_details(const Group& group, const DetailTable<Group>& table) {
  base::Bytes tags;
  base::Bytes details;
  const auto list = [&tags](asn1::Tag tag) {
    for (const unsigned shift : {16U, 8U, 0U}) {
      if ((tag >> shift) != 0) tags.push_back(static_cast<std::uint8_t>(tag >> shift));
    }
  };
  for (const auto& row : table.rows) {
    CICADA_TRY(const auto object, write_detail(group, row));
    if (!object) continue;
    list(row.tag);
    base::append(details, *object);
  }
  for (const auto& object : group.unknown) list(object.tag);
  append_all(details, group.unknown);
  return asn1::encode_tlv(info(table.ef).tag, {asn1::encode_tlv(kDetailTagList, tags), details});
}

template <typename Group>
std::vector<DetailLine> lines_of(const Group& group, const DetailTable<Group>& table) {
  std::vector<DetailLine> lines;
  for (const auto& row : table.rows) {
    const auto add = [&](std::string text) {
      lines.push_back({.tag = row.tag, .label = row.label, .text = std::move(text)});
    };
    if (const auto* text = std::get_if<std::optional<std::string> Group::*>(&row.place)) {
      if (group.*(*text)) add(*(group.*(*text)));
    } else if (const auto* octets = std::get_if<std::optional<base::Bytes> Group::*>(&row.place)) {
      if (group.*(*octets)) add(std::to_string((group.*(*octets))->size()) + " octets");
    } else if (const auto* date = std::get_if<std::optional<DetailDate> Group::*>(&row.place)) {
      if (group.*(*date)) add((group.*(*date))->digits);
    } else {
      for (const auto& name : group.*std::get<std::vector<std::string> Group::*>(row.place)) add(name);
    }
  }
  return lines;
}

}  // namespace cicada::host::lds
