// cicada show: prints the structure of any file of a chip, certificate, revocation list or CMS message.
#include "show.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <iostream>
#include <optional>
#include <vector>

#include "app.h"
#include "cicada/asn1/pem.h"
#include "cicada/asn1/tlv.h"
#include "cicada/base/file.h"
#include "cicada/base/hex.h"
#include "cicada/host/lds/biometric_template.h"
#include "cicada/host/lds/ef.h"
#include "terminal.h"

namespace cicada::tools {
namespace {

using Show = base::Result<void> (*)(base::ByteView, Page&);

struct Kind {
  std::string_view name;
  Show show;
};

/// Files of the master file and certificates for terminals: what the first tag, or the one inside it, says.
std::vector<Kind> kinds_outside_lds1(base::ByteView octets, asn1::Tag tag) {
  constexpr asn1::Tag kAid = 0x4F;
  const auto outer = asn1::TlvReader{octets}.next();
  asn1::Tag inner = 0;  // no object has it
  if (outer && outer->constructed()) inner = asn1::TlvReader{outer->value}.peek().value_or(0);
  switch (tag) {
    case 0x7F21: return {{"CV certificate", show_cv_certificate}, {"CV certificate request", show_cv_request}};
    case 0x67:
      if (inner == 0x7F21) return {{"authenticated CV certificate request", show_authenticated_cv_request}};
      return {};
    case 0x61:
      if (inner == kAid) return {{"EF.DIR", show_ef_dir}};
      return {};
    case 0x31: return {{"SecurityInfos", show_security_infos}};
    case 0x42: return {{"EF.CVCA", show_ef_cvca}};
    case 0x47:
    case 0x7F66: return {{"EF.ATR/INFO", show_atr_info}};
    default: return {};
  }
}

template <host::lds::Ef Group>
base::Result<void> show_opaque_group(base::ByteView file, Page& page) {
  return show_opaque(Group, file, page);
}

/// What the file's first tag says that it is; a SEQUENCE can be several things, tried in this order.
std::vector<Kind> kinds_of(base::ByteView octets, asn1::Tag tag) {
  constexpr asn1::Tag kSequence = 0x30;
  if (auto kinds = kinds_outside_lds1(octets, tag); !kinds.empty()) return kinds;
  if (tag == kSequence)
    return {{"certificate", show_certificate}, {"certificate revocation list", show_crl}, {"CMS message", show_cms}};
  const auto ef = host::lds::find_by_tag(tag);
  if (!ef) return {};
  switch (*ef) {
    case host::lds::Ef::com: return {{"EF.COM", show_com}};
    case host::lds::Ef::sod: return {{"EF.SOD", show_sod}};
    case host::lds::Ef::dg1: return {{"DG1", show_dg1}};
    case host::lds::Ef::dg2: return {{"DG2", show_dg2}};
    case host::lds::Ef::dg3: return {{"DG3", show_dg3}};
    case host::lds::Ef::dg4: return {{"DG4", show_dg4}};
    case host::lds::Ef::dg5: return {{"DG5", show_dg5}};
    case host::lds::Ef::dg6: return {{"DG6", show_opaque_group<host::lds::Ef::dg6>}};
    case host::lds::Ef::dg7: return {{"DG7", show_dg7}};
    case host::lds::Ef::dg8: return {{"DG8", show_opaque_group<host::lds::Ef::dg8>}};
    case host::lds::Ef::dg9: return {{"DG9", show_opaque_group<host::lds::Ef::dg9>}};
    case host::lds::Ef::dg10: return {{"DG10", show_opaque_group<host::lds::Ef::dg10>}};
    case host::lds::Ef::dg11: return {{"DG11", show_dg11}};
    case host::lds::Ef::dg12: return {{"DG12", show_dg12}};
    case host::lds::Ef::dg13: return {{"DG13", show_dg13}};
    case host::lds::Ef::dg14: return {{"DG14", show_dg14}};
    case host::lds::Ef::dg15: return {{"DG15", show_dg15}};
    case host::lds::Ef::dg16: return {{"DG16", show_dg16}};
    default: return {};
  }
}

/// One structure: by its kind when it is one that we know, else as bare TLV.
base::Result<void> show_octets(base::ByteView octets, Page& page) {
  CICADA_TRY(const auto header, asn1::read_header(octets));
  base::Error nearest{};
  const auto kinds = kinds_of(octets, header.tag);
  for (const auto& kind : kinds) {
    Page trial;
    trial.line(kind.name);
    const auto shown = [&] {
      const Page::Level level{trial};
      return kind.show(octets, trial);
    }();
    if (shown) {
      page.line(trial.text());
      return {};
    }
    nearest = shown.error();
  }
  const auto ef = host::lds::find_by_tag(header.tag);
  if (kinds.size() == 1) {
    page.line(fmt::format("{}, but it cannot be read as one: {}", kinds.front().name, nearest.describe()));
  } else {
    page.line(ef ? fmt::format("{} (shown as bare TLV)", host::lds::to_string(*ef)) : std::string{"TLV"});
  }
  const Page::Level level{page};
  return show_tlv(octets, page);
}

base::Result<void> show_file(base::ByteView content, Page& page) {
  if (content.empty()) return base::fail({.fault = base::Fault::malformed, .what = "the file is empty"});
  if (const auto format = host::lds::image_format_of(content); format != host::lds::ImageFormat::unknown) {
    page.line(host::lds::to_string(format));
    const Page::Level level{page};
    return show_image(content, page);
  }
  if (!asn1::looks_like_pem(content)) return show_octets(content, page);
  CICADA_TRY(const auto blocks, asn1::parse_pem(content));
  if (blocks.empty()) {
    return base::fail({.fault = base::Fault::unsupported,
                       .what = "a PEM file without anything to show",
                       .hint = "private keys are not shown"});
  }
  for (const auto& block : blocks) CICADA_CHECK(show_octets(block.der, page));
  return {};
}

Exit run(const std::filesystem::path& file) {
  const auto content = base::read_file(file);
  if (!content) return complain(file.string(), content.error());
  Page page;
  const auto shown = show_file(*content, page);
  if (!shown) return complain(file.string(), shown.error());
  std::cout << page.text();
  return Exit::done;
}

}  // namespace

void Page::line(std::string_view text) {
  // A finished page put into another keeps its own lines.
  while (!text.empty()) {
    const auto end = text.find('\n');
    text_.append(depth_ * 2, ' ');
    text_ += safe(text.substr(0, end));
    text_ += '\n';
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
}

void Page::field(std::string_view label, std::string_view value) {
  line(fmt::format("{}: {}", label, value));
}

void Page::octets(std::string_view label, base::ByteView value, std::size_t most) {
  if (value.size() <= most) return field(label, base::to_hex(value));
  field(label, fmt::format("{}... ({} octets)", base::to_hex(value.first(most)), value.size()));
}

void add_show(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand(
      "show", "Print what is in a file: any EF, CMS message, list, certificate, CV certificate or CRL.");
  auto file = std::make_shared<std::filesystem::path>();
  command->add_option("FILE", *file, "The file, DER or PEM")->required();
  command->callback([file, &outcome] { outcome.exit = run(*file); });
}

}  // namespace cicada::tools
