package dev.sallyport.proxy.cli;

import dev.sallyport.rules.Policy;
import dev.sallyport.rules.check.TestResult;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// The results of a policy's tests in the form that build servers read: one suite, whose cases have
/// the file as their class.
final class JunitReport {
  /// Without a zone, as the form's schema asks for.
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

  private static final String NO_TIME = "0";

  private final XMLStreamWriter xml;

  private JunitReport(XMLStreamWriter xml) {
    this.xml = xml;
  }

  /// The report as text.
  ///
  /// @param at when the tests ran
  static String of(Policy policy, List<TestResult> results, Instant at) {
    StringWriter out = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
      new JunitReport(xml).write(policy, results, at);
      xml.close();
    } catch (XMLStreamException impossible) {
      throw new IllegalStateException("writing to memory does not fail", impossible);
    }
    return out.toString();
  }

  private void write(Policy policy, List<TestResult> results, Instant at)
      throws XMLStreamException {
    String failures = Long.toString(results.stream().filter(each -> !each.passed()).count());
    String tests = Integer.toString(results.size());
    xml.writeStartDocument("UTF-8", "1.0");
    line();
    xml.writeStartElement("testsuites");
    line();
    xml.writeStartElement("testsuite");
    attribute("name", policy.stamp().name());
    attribute("package", "policy");
    attribute("id", "0");
    attribute("timestamp", TIME.format(at));
    attribute("hostname", "localhost");
    attribute("tests", tests);
    attribute("failures", failures);
    attribute("errors", "0");
    attribute("time", NO_TIME);
    line();
    xml.writeStartElement("properties");
    xml.writeEmptyElement("property");
    attribute("name", "policy.version");
    attribute("value", policy.stamp().version());
    xml.writeEndElement();
    line();
    for (TestResult result : results) {
      write(result);
    }
    xml.writeEmptyElement("system-out");
    xml.writeEmptyElement("system-err");
    line();
    xml.writeEndElement();
    xml.writeEndElement();
    line();
    xml.writeEndDocument();
  }

  private void write(TestResult result) throws XMLStreamException {
    xml.writeStartElement("testcase");
    attribute("classname", result.expected().place().file());
    attribute("name", PolicyFacts.name(result.expected()));
    attribute("time", NO_TIME);
    if (!result.passed()) {
      xml.writeStartElement("failure");
      attribute("type", "policy");
      attribute("message", result.differed());
      xml.writeCharacters(clean(result.line()));
      xml.writeEndElement();
    }
    xml.writeEndElement();
    line();
  }

  private void attribute(String name, String value) throws XMLStreamException {
    xml.writeAttribute(name, clean(value));
  }

  private void line() throws XMLStreamException {
    xml.writeCharacters("\n");
  }

  /// Without the characters that XML 1.0 cannot hold (section 2.2).
  private static String clean(String text) {
    return text.codePoints()
        .map(c -> c < ' ' || c == 0xfffe || c == 0xffff || (c >= 0xd800 && c < 0xe000) ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
