package dev.sallyport.proxy;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.netty.bootstrap.Bootstrap;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Who may use whom, as docs/life-of-a-connection.md says: the walls of the house.
class ArchitectureTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sallyport");

  private static final List<String> STAGES =
      List.of("accept", "identify", "parse", "decide", "dial", "tunnel", "intercept", "exchange");

  @Test
  void rulesKnowNothingOfTheRest() {
    noClasses()
        .that()
        .resideInAPackage("dev.sallyport.rules..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.sallyport.mitm..",
            "dev.sallyport.proxy..",
            "io.netty..",
            "java.net.http..",
            "org.slf4j..")
        .check(ALL);
  }

  @Test
  void rulesHaveNoClockAndAskNoResolver() {
    noClasses()
        .that()
        .resideInAPackage("dev.sallyport.rules..")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(java.net.InetAddress.class, "getByName", String.class)
        .orShould()
        .callMethod(java.net.InetAddress.class, "getAllByName", String.class)
        .check(ALL);
  }

  @Test
  void theCoreOfTheRulesKnowsNoFilesAndNoYaml() {
    noClasses()
        .that()
        .resideInAPackage("dev.sallyport.rules")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "dev.sallyport.rules.load..",
                "dev.sallyport.rules.catalog..",
                "dev.sallyport.rules.check..",
                "org.yaml..",
                "java.nio.file.."))
        .check(ALL);
  }

  @Test
  void tlsKnowsNoProxying() {
    noClasses()
        .that()
        .resideInAPackage("dev.sallyport.mitm..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.sallyport.proxy..")
        .check(ALL);
  }

  @TestFactory
  List<DynamicTest> stagesDoNotUseEachOther() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String stage : STAGES) {
      String[] others =
          STAGES.stream()
              .filter(other -> !other.equals(stage))
              .map(other -> "dev.sallyport.proxy." + other + "..")
              .toArray(String[]::new);
      tests.add(
          DynamicTest.dynamicTest(
              stage,
              () ->
                  noClasses()
                      .that()
                      .resideInAPackage("dev.sallyport.proxy." + stage + "..")
                      .should()
                      .dependOnClassesThat(resideInAnyPackage(others))
                      .check(ALL)));
    }
    return tests;
  }

  @Test
  void onlyTheDiallerConnects() {
    noClasses()
        .that()
        .resideInAPackage("dev.sallyport.proxy..")
        .and()
        .resideOutsideOfPackages("dev.sallyport.proxy.dial..", "dev.sallyport.proxy.demo..")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Bootstrap.class)
        .check(ALL);
  }

  /// The doctor runs where the clients run and is one: that it resolves a name shows that they can.
  @Test
  void onlyTheDiallerResolves() {
    noClasses()
        .that()
        .resideInAPackage("dev.sallyport.proxy..")
        .and()
        .resideOutsideOfPackages("dev.sallyport.proxy.dial..", "dev.sallyport.proxy.doctor..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty.resolver..")
        .orShould()
        .callMethod(java.net.InetAddress.class, "getByName", String.class)
        .orShould()
        .callMethod(java.net.InetAddress.class, "getAllByName", String.class)
        .check(ALL);
  }

  /// What dials and resolves by itself has no place in a gate.
  @Test
  void theDoctorIsUsedByTheCommandLineAlone() {
    classes()
        .that(resideInAPackage("dev.sallyport.proxy.doctor.."))
        .should()
        .onlyHaveDependentClassesThat()
        .resideInAnyPackage("dev.sallyport.proxy.doctor..", "dev.sallyport.proxy.cli..")
        .check(ALL);
  }

  @Test
  void noWaitHangsOnTheWallClock() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.sallyport.proxy.accept..",
            "dev.sallyport.proxy.dial..",
            "dev.sallyport.proxy.tunnel..",
            "dev.sallyport.proxy.exchange..",
            "dev.sallyport.proxy.intercept..",
            "dev.sallyport.proxy.limit..",
            "dev.sallyport.proxy.reply..",
            "dev.sallyport.proxy.transport..",
            "dev.sallyport.proxy.wire..")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(java.time.Clock.class, "instant")
        .orShould()
        .callMethod(java.time.Clock.class, "millis")
        .check(ALL);
  }

  @Test
  void onlyTheCommandLineEndsTheProcess() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.sallyport.proxy.cli..")
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(ALL);
  }

  @Test
  void nobodyUsesTheCommandLine() {
    classes()
        .that(resideInAPackage("dev.sallyport.proxy.cli.."))
        .should()
        .onlyHaveDependentClassesThat()
        .resideInAPackage("dev.sallyport.proxy.cli..")
        .check(ALL);
  }

  @Test
  void theRootIsUsedByTheCommandsAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.sallyport.proxy",
            "dev.sallyport.proxy.cli..",
            "dev.sallyport.proxy.run..",
            "dev.sallyport.proxy.demo..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.sallyport.proxy")
        .check(ALL);
  }
}
